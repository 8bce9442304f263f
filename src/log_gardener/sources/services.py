"""Which labels of a resource name its service, for sources that can leave out what is not asked for."""

SERVICE_LABELS = (
    "service_name",
    "container_name",
    "function_name",
    "job_name",
    "module_id",
    "database_id",
    "url_map_name",
    "backend_service_name",
    "forwarding_rule_name",
    "job_id",
    "queue_id",
    "subscription_id",
    "topic_id",
    "workflow_id",
    "component_name",
    "environment_name",
    "gateway_name",
    "cluster_name",
)
"""Those of `LABELS` in the core's `draft.rs`; a test compares."""

POD_LABEL = "pod_name"
"""Spells what the pod is one of, where no better label names the service: a pod's name begins with its workload's."""

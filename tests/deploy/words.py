"""What the modules of Terraform say to Beam and to Dataflow; tests here and on Beam look at it from both sides."""

from typing import Any

READER_OPTIONS = {
    "runner": "DataflowRunner",
    "project": "acme-prod",
    "region": "europe-west1",
    "temp_location": "gs://acme-prod-garden-temp/garden",
    "sdk_container_image": "europe-west1-docker.pkg.dev/acme-prod/garden/worker:0.1.0",
    "sdk_location": "container",
    "service_account_email": "log-gardener-worker@acme-prod.iam.gserviceaccount.com",
    "max_num_workers": "10",
    "subnetwork": "regions/europe-west1/subnetworks/garden",
    "use_public_ips": "false",
}
"""Options of the job that reads, with values as the module dataflow makes them."""

LAUNCH: dict[str, Any] = {
    "jobName": "log-gardener",
    "containerSpecGcsPath": "gs://acme-prod-templates/log-gardener.json",
    "parameters": {
        "sources": "gs://acme-prod-logs/",
        "since": "26h",
        "output": "gs://acme-prod-worklogs/",
        "state_secret": "projects/acme-prod/secrets/log-gardener-state-url/versions/latest",
        "redaction_key_secret": "projects/acme-prod/secrets/log-gardener-redaction-key/versions/latest",
        "reader_account": READER_OPTIONS["service_account_email"],
        "reader_options": " ".join(f"{name}={value}" for name, value in READER_OPTIONS.items()),
        "sdk_container_image": READER_OPTIONS["sdk_container_image"],
    },
    "environment": {
        "serviceAccountEmail": "log-gardener@acme-prod.iam.gserviceaccount.com",
        "tempLocation": "gs://acme-prod-garden-temp/garden",
        "stagingLocation": "gs://acme-prod-garden-temp/staging",
        "maxWorkers": 1,
        "machineType": "e2-standard-2",
        "subnetwork": "regions/europe-west1/subnetworks/garden",
        "ipConfiguration": "WORKER_IP_PRIVATE",
    },
}
"""What the schedule sends to launch the template."""

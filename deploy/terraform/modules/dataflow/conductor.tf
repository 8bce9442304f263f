# What the account may do beside that conducts a run: the one of the Cloud Run Job, which keeps the state.

locals {
  conductor = "serviceAccount:${var.conductor}"
}

# What it takes to start a job, to wait for it and to cancel it. Google's own role for that, roles/dataflow.developer,
# may also start builds, which run as an account that may do much more.
resource "google_project_iam_custom_role" "conductor" {
  project     = var.project
  role_id     = "${replace(var.name, "-", "_")}_conductor"
  title       = "Log Gardener: conduct workers on Dataflow"
  description = "Start, watch and cancel jobs of Dataflow."

  permissions = [
    "dataflow.jobs.cancel",
    "dataflow.jobs.create",
    "dataflow.jobs.get",
    "dataflow.jobs.list",
    "dataflow.messages.list",
    "dataflow.metrics.get",
  ]
}

# Given in the project, because a job that does not exist yet has no policy.
resource "google_project_iam_member" "conductor" {
  project = var.project
  role    = google_project_iam_custom_role.conductor.id
  member  = local.conductor
}

# It may start workers as this account, and as no other.
resource "google_service_account_iam_member" "conductor" {
  service_account_id = google_service_account.worker.name
  role               = "roles/iam.serviceAccountUser"
  member             = local.conductor
}

resource "google_storage_bucket_iam_member" "conductor_temp" {
  bucket = google_storage_bucket.temp.name
  role   = "roles/storage.objectAdmin"
  member = local.conductor
}

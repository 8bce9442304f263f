# What the account may do beside that conducts a run: the one of the Cloud Run Job, which keeps the state.

locals {
  conductor = "serviceAccount:${var.conductor}"
}

# Given in the project, because a job that does not exist yet has no policy.
resource "google_project_iam_member" "conductor" {
  project = var.project
  role    = "roles/dataflow.developer"
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

# What the job may read and write, and nothing more.

# Cloud Logging knows no smaller place than a project, unless logs are kept in a bucket of its own with a view.
resource "google_project_iam_member" "logging_viewer" {
  for_each = local.logging_projects

  project = each.value
  role    = "roles/logging.viewer"
  member  = google_service_account.job.member
}

resource "google_storage_bucket_iam_member" "logs" {
  for_each = local.log_buckets

  bucket = each.value
  role   = "roles/storage.objectViewer"
  member = google_service_account.job.member
}

# A worklog of the same window is written over, so creating alone is not enough.
resource "google_storage_bucket_iam_member" "worklogs" {
  bucket = google_storage_bucket.worklogs.name
  role   = "roles/storage.objectUser"
  member = google_service_account.job.member
}

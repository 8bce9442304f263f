# Logs of a project, copied into a bucket by Cloud Logging: hour by hour, one JSON entry a line.

resource "google_storage_bucket" "logs" {
  project  = var.project
  name     = var.bucket
  location = var.location

  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = false

  lifecycle_rule {
    condition {
      age = var.keep_days
    }
    action {
      type = "Delete"
    }
  }
}

resource "google_logging_project_sink" "logs" {
  project     = var.project
  name        = var.name
  description = "Copies logs to where Log Gardener reads them."
  destination = "storage.googleapis.com/${google_storage_bucket.logs.name}"
  filter      = var.filter

  # An identity of its own for this sink, so that what it may do is what this sink may do.
  unique_writer_identity = true

  # What Log Gardener prints about errors is no error of the service: read again, it would feed itself. Jobs that the
  # engine starts on Dataflow are named by it.
  exclusions {
    name   = "log-gardener"
    filter = "resource.type=(\"cloud_run_job\" OR \"dataflow_step\") AND resource.labels.job_name=~\"^(${var.job}|log-gardener-[0-9a-f]{8})$\""
  }
}

# It may add objects; it can neither read, overwrite nor delete one.
resource "google_storage_bucket_iam_member" "writer" {
  bucket = google_storage_bucket.logs.name
  role   = "roles/storage.objectCreator"
  member = google_logging_project_sink.logs.writer_identity
}

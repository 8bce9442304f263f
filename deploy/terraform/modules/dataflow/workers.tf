# What the workers may do: be workers, read the logs, and exchange files with each other.

locals {
  # The role of a worker may also read and add objects of every bucket in the project. It is given without that; which
  # buckets are read and written is granted by themselves.
  no_objects = "resource.type != 'storage.googleapis.com/Object'"
}

# Given in the project, because a job's work items are no resource with a policy of their own.
resource "google_project_iam_member" "worker" {
  project = var.project
  role    = "roles/dataflow.worker"
  member  = google_service_account.worker.member

  condition {
    title      = "work, and no objects"
    expression = local.no_objects
  }
}

resource "google_storage_bucket_iam_member" "worker_logs" {
  for_each = var.log_buckets

  bucket = each.value
  role   = "roles/storage.objectViewer"
  member = google_service_account.worker.member
}

# Dataflow's workers also delete what they have put there, and set its metadata.
resource "google_storage_bucket_iam_member" "worker_temp" {
  bucket = google_storage_bucket.temp.name
  role   = "roles/storage.objectAdmin"
  member = google_service_account.worker.member
}

resource "google_artifact_registry_repository_iam_member" "worker" {
  project    = var.repository.project
  location   = var.repository.location
  repository = var.repository.name
  role       = "roles/artifactregistry.reader"
  member     = google_service_account.worker.member
}

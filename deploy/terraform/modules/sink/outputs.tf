output "bucket" {
  description = "The bucket of the logs."
  value       = google_storage_bucket.logs.name
}

output "source" {
  description = "The bucket as log-gardener tend takes it."
  value       = "gs://${google_storage_bucket.logs.name}/"
}

output "writer_identity" {
  description = "Who writes the objects: Cloud Logging, on behalf of this sink alone."
  value       = google_logging_project_sink.logs.writer_identity
}

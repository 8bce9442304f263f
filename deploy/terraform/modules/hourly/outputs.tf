output "service_account_email" {
  description = "As whom the job runs."
  value       = google_service_account.job.email
}

output "job" {
  description = "The name of the job."
  value       = google_cloud_run_v2_job.tend.name
}

output "worklogs" {
  description = "Where worklogs are."
  value       = "gs://${google_storage_bucket.worklogs.name}/"
}

output "state_secret" {
  description = "The secret with the URL of the state."
  value       = google_secret_manager_secret.state_url.id
}

output "redaction_key_secret" {
  description = "The secret with the redaction key."
  value       = google_secret_manager_secret.redaction_key.id
}

output "database_address" {
  description = "The private address of the database; empty without a network."
  value       = google_sql_database_instance.garden.private_ip_address
}

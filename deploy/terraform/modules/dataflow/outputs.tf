output "arguments" {
  description = "What log-gardener tend is given to read with these workers."
  value       = local.arguments
}

output "worker_service_account_email" {
  description = "As whom the workers run."
  value       = google_service_account.worker.email
}

output "temp_location" {
  description = "The folder that all workers see."
  value       = local.temp_location
}

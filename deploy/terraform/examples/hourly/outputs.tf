output "job" {
  description = "Run it by hand: gcloud run jobs execute JOB --region REGION --wait."
  value       = module.hourly.job
}

output "worklogs" {
  description = "Where worklogs are."
  value       = module.hourly.worklogs
}

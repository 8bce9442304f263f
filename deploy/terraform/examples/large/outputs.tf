output "job" {
  description = "Run it by hand: gcloud run jobs execute JOB --region REGION --wait."
  value       = module.hourly.job
}

output "worklogs" {
  description = "Where worklogs are."
  value       = module.hourly.worklogs
}

output "temp_location" {
  description = "The folder that all workers see; empty between two runs."
  value       = module.dataflow.temp_location
}

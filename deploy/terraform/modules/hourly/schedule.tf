# Who starts the job, and who is told when it fails.

resource "google_service_account" "scheduler" {
  project      = var.project
  account_id   = "${var.name}-scheduler"
  display_name = "Log Gardener: starts the job, and can do nothing else"
}

resource "google_cloud_run_v2_job_iam_member" "scheduler" {
  project  = var.project
  location = var.region
  name     = google_cloud_run_v2_job.tend.name
  role     = "roles/run.invoker"
  member   = google_service_account.scheduler.member
}

resource "google_cloud_scheduler_job" "tend" {
  project          = var.project
  region           = var.region
  name             = var.name
  description      = "Starts Log Gardener."
  schedule         = var.schedule
  time_zone        = "Etc/UTC"
  attempt_deadline = "60s" # until the job has been started, not until it has ended
  paused           = var.is_paused

  http_target {
    http_method = "POST"
    uri         = "https://run.googleapis.com/v2/projects/${var.project}/locations/${var.region}/jobs/${google_cloud_run_v2_job.tend.name}:run"

    oauth_token {
      service_account_email = google_service_account.scheduler.email
      scope                 = "https://www.googleapis.com/auth/cloud-platform"
    }
  }
}

resource "google_monitoring_alert_policy" "failed" {
  count = length(var.notification_channels) == 0 ? 0 : 1

  project      = var.project
  display_name = "Log Gardener failed"
  combiner     = "OR"

  notification_channels = var.notification_channels

  conditions {
    display_name = "A run ended with an exit code other than 0"

    condition_threshold {
      filter          = "resource.type = \"cloud_run_job\" AND resource.labels.job_name = \"${google_cloud_run_v2_job.tend.name}\" AND metric.type = \"run.googleapis.com/job/completed_execution_count\" AND metric.labels.result = \"failed\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "0s"

      aggregations {
        alignment_period   = "300s"
        per_series_aligner = "ALIGN_DELTA"
      }
    }
  }
}

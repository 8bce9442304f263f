# A Cloud Run Job that tends the garden, and a schedule that starts it.

locals {
  # What it may read follows from what it reads.
  logging_projects = toset([for source in var.sources : split("/", trimprefix(source, "logging://"))[0] if startswith(source, "logging://")])
  log_buckets      = toset([for source in var.sources : split("/", trimprefix(source, "gs://"))[0] if startswith(source, "gs://")])

  # What Log Gardener prints about errors is no error of the service: read again, it would feed itself.
  # Jobs that the engine starts on Dataflow are named by it.
  own_output = "NOT (resource.type=(\"cloud_run_job\" OR \"dataflow_step\") AND resource.labels.job_name=~\"^(${var.name}|log-gardener-[0-9a-f]{8})$\")"

  # A filter of yours is one more condition, and does not take the place of that.
  own_filter = lookup(var.settings, "LOGGING__FILTER", "")
  settings = merge(var.settings, {
    LOGGING__FILTER = local.own_filter == "" ? local.own_output : "${local.own_output} AND (${local.own_filter})"
  })

  github_settings = var.github == null ? {} : {
    GITHUB__REPOSITORY   = var.github.repository
    GITHUB__APP_ID       = var.github.app_id
    GITHUB__APP_KEY_FILE = "/secrets/github/app-key.pem"
  }
}

resource "google_service_account" "job" {
  project      = var.project
  account_id   = var.name
  display_name = "Log Gardener: reads logs, keeps the garden"
}

resource "google_cloud_run_v2_job" "tend" {
  project  = var.project
  name     = var.name
  location = var.region

  deletion_protection = false # it holds nothing: what is remembered is in the database

  template {
    task_count  = 1
    parallelism = 1 # two runs on one state would wait for each other

    template {
      service_account = google_service_account.job.email
      timeout         = "${var.timeout_seconds}s"
      max_retries     = 1 # what was counted is not counted again

      # An instance with a private address alone is reached from inside its network.
      dynamic "vpc_access" {
        for_each = var.network == null ? [] : [var.network]
        content {
          egress = "PRIVATE_RANGES_ONLY"
          network_interfaces {
            network    = vpc_access.value
            subnetwork = var.subnetwork
          }
        }
      }

      containers {
        image = var.image
        args = concat(
          ["tend"], var.sources, ["--since", var.since, "--output", "/worklogs"],
          var.github == null ? [] : ["--apply"], var.arguments,
        )

        resources {
          limits = {
            cpu    = var.cpu
            memory = var.memory
          }
        }

        env {
          name = "LOG_GARDENER_STATE"
          value_source {
            secret_key_ref {
              secret  = google_secret_manager_secret.state_url.secret_id
              version = google_secret_manager_secret_version.state_url.version
            }
          }
        }

        env {
          name = "LOG_GARDENER_REDACTION_KEY"
          value_source {
            secret_key_ref {
              secret  = google_secret_manager_secret.redaction_key.secret_id
              version = google_secret_manager_secret_version.redaction_key.version
            }
          }
        }

        dynamic "env" {
          for_each = merge(local.settings, local.github_settings)
          content {
            name  = "LOG_GARDENER_${env.key}"
            value = env.value
          }
        }

        volume_mounts {
          name       = "cloudsql"
          mount_path = "/cloudsql"
        }

        volume_mounts {
          name       = "worklogs"
          mount_path = "/worklogs"
        }

        dynamic "volume_mounts" {
          for_each = var.github == null ? [] : [var.github]
          content {
            name       = "github"
            mount_path = "/secrets/github"
          }
        }
      }

      volumes {
        name = "cloudsql"
        cloud_sql_instance {
          instances = [google_sql_database_instance.garden.connection_name]
        }
      }

      volumes {
        name = "worklogs"
        gcs {
          bucket = google_storage_bucket.worklogs.name
          # Otherwise it is root's, and the image runs as this user.
          mount_options = ["uid=65532", "gid=65532"]
        }
      }

      dynamic "volumes" {
        for_each = var.github == null ? [] : [var.github]
        content {
          name = "github"
          secret {
            secret = volumes.value.key_secret
            items {
              path    = "app-key.pem"
              version = volumes.value.key_version
            }
          }
        }
      }
    }
  }

  # It may be started only when it may read what it needs to start.
  depends_on = [
    google_secret_manager_secret_iam_member.state_url,
    google_secret_manager_secret_iam_member.redaction_key,
    google_secret_manager_secret_iam_member.github_key,
    google_project_iam_member.database,
    google_storage_bucket_iam_member.worklogs,
  ]
}

resource "google_storage_bucket" "worklogs" {
  project  = var.project
  name     = var.worklogs_bucket
  location = var.region

  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = false

  lifecycle_rule {
    condition {
      age = var.keep_worklogs_days
    }
    action {
      type = "Delete"
    }
  }
}

# What it takes to read with many machines: an account for the workers, a folder that all of them see, and for the
# account that conducts them the right to start them.

resource "google_service_account" "worker" {
  project      = var.project
  account_id   = "${var.name}-worker"
  display_name = "Log Gardener: reads logs on Dataflow; knows no state and no secret"
}

resource "google_storage_bucket" "temp" {
  project  = var.project
  name     = var.temp_bucket
  location = var.region

  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = true # a run removes what it has put here; what is left belongs to runs that were killed

  # A deleted object would be kept, and billed, for a week.
  soft_delete_policy {
    retention_duration_seconds = 0
  }

  lifecycle_rule {
    condition {
      age = var.keep_temp_days
    }
    action {
      type = "Delete"
    }
  }
}

locals {
  temp_location = "gs://${google_storage_bucket.temp.name}/garden"

  options = merge(
    {
      runner                = "DataflowRunner"
      project               = var.project
      region                = var.region
      temp_location         = local.temp_location
      sdk_container_image   = var.image
      sdk_location          = "container" # all that workers need is in the image
      service_account_email = google_service_account.worker.email
      max_num_workers       = tostring(var.max_workers)
    },
    # Workers without an address of their own; they reach Google's services by Private Google Access.
    var.subnetwork == null ? {} : { subnetwork = var.subnetwork, use_public_ips = "false" },
    var.options,
  )

  arguments = concat(["--engine", "beam"], flatten([for name, value in local.options : ["--beam", "${name}=${value}"]]))
}

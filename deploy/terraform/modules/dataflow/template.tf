# The same run without Cloud Run, from the Flex Template of deploy/dataflow: only if a template is given.

locals {
  templates = var.template == null ? {} : { one = var.template }

  launch = { for key, template in local.templates : key => {
    launchParameter = {
      jobName              = var.name
      containerSpecGcsPath = template.spec
      parameters = merge(
        {
          sources              = join(" ", template.sources)
          since                = template.since
          output               = template.output
          state_secret         = "${template.state_secret}/versions/latest"
          redaction_key_secret = "${template.redaction_key_secret}/versions/latest"
          reader_account       = google_service_account.worker.email
          reader_options       = join(" ", [for name, value in local.options : "${name}=${value}"])
          sdk_container_image  = var.image
        },
        template.parameters,
      )
      environment = merge(
        {
          # One small machine that waits; it alone knows the state.
          serviceAccountEmail = var.conductor
          tempLocation        = local.temp_location
          stagingLocation     = "gs://${google_storage_bucket.temp.name}/staging"
          maxWorkers          = 1
          machineType         = template.machine_type
        },
        var.subnetwork == null ? {} : { subnetwork = var.subnetwork, ipConfiguration = "WORKER_IP_PRIVATE" },
      )
    }
  } }
}

resource "google_service_account" "launcher" {
  for_each = local.templates

  project      = var.project
  account_id   = "${var.name}-launcher"
  display_name = "Log Gardener: launches the template, and can do nothing else"
}

# The right to start jobs, and no other.
resource "google_project_iam_custom_role" "launcher" {
  for_each = local.templates

  project     = var.project
  role_id     = "${replace(var.name, "-", "_")}_launcher"
  title       = "Log Gardener: launch the template"
  description = "Start jobs of Dataflow."
  permissions = ["dataflow.jobs.create"]
}

# Given in the project, because a job that does not exist yet has no policy.
resource "google_project_iam_member" "launcher" {
  for_each = local.templates

  project = var.project
  role    = google_project_iam_custom_role.launcher[each.key].id
  member  = google_service_account.launcher[each.key].member
}

resource "google_service_account_iam_member" "launcher" {
  for_each = local.templates

  service_account_id = "projects/${var.project}/serviceAccounts/${var.conductor}"
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.launcher[each.key].member
}

resource "google_storage_bucket_iam_member" "launcher" {
  for_each = local.templates

  bucket = split("/", trimprefix(each.value.spec, "gs://"))[0]
  role   = "roles/storage.objectViewer"
  member = google_service_account.launcher[each.key].member
}

# The machine that launches and the one that waits run as the conductor: it is a worker too, and pulls the image.
resource "google_project_iam_member" "conductor_worker" {
  for_each = local.templates

  project = var.project
  role    = "roles/dataflow.worker"
  member  = local.conductor

  condition {
    title      = "work, and no objects"
    expression = local.no_objects
  }
}

resource "google_artifact_registry_repository_iam_member" "conductor" {
  for_each = local.templates

  project    = var.repository.project
  location   = var.repository.location
  repository = var.repository.name
  role       = "roles/artifactregistry.reader"
  member     = local.conductor
}

resource "google_cloud_scheduler_job" "launch" {
  for_each = local.templates

  project          = var.project
  region           = var.region
  name             = "${var.name}-launch"
  description      = "Launches Log Gardener on Dataflow."
  schedule         = each.value.schedule
  time_zone        = "Etc/UTC"
  attempt_deadline = "60s"

  http_target {
    http_method = "POST"
    uri         = "https://dataflow.googleapis.com/v1b3/projects/${var.project}/locations/${var.region}/flexTemplates:launch"
    headers     = { "Content-Type" = "application/json" }
    body        = base64encode(jsonencode(local.launch[each.key]))

    oauth_token {
      service_account_email = google_service_account.launcher[each.key].email
      scope                 = "https://www.googleapis.com/auth/cloud-platform"
    }
  }
}

# Three secrets, each readable by this job alone. No value of one is in Terraform's state.

resource "google_secret_manager_secret" "state_url" {
  project   = var.project
  secret_id = "${var.name}-state-url"

  replication {
    auto {}
  }
}

resource "google_secret_manager_secret_version" "state_url" {
  secret                 = google_secret_manager_secret.state_url.id
  secret_data_wo         = "postgresql://${google_sql_user.gardener.name}:${ephemeral.random_password.database.result}@${local.state_address}/${google_sql_database.garden.name}?${local.state_options}"
  secret_data_wo_version = var.password_version
}

ephemeral "random_password" "redaction_key" {
  length  = 32
  special = false
}

resource "google_secret_manager_secret" "redaction_key" {
  project   = var.project
  secret_id = "${var.name}-redaction-key"

  replication {
    auto {}
  }
}

# Never made anew: with another key all marks change.
resource "google_secret_manager_secret_version" "redaction_key" {
  secret                 = google_secret_manager_secret.redaction_key.id
  secret_data_wo         = ephemeral.random_password.redaction_key.result
  secret_data_wo_version = 1
}

resource "google_secret_manager_secret_iam_member" "state_url" {
  project   = var.project
  secret_id = google_secret_manager_secret.state_url.secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.job.member
}

resource "google_secret_manager_secret_iam_member" "redaction_key" {
  project   = var.project
  secret_id = google_secret_manager_secret.redaction_key.secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.job.member
}

# The key of the GitHub App is a secret that you have made: only you have it.
resource "google_secret_manager_secret_iam_member" "github_key" {
  for_each = var.github == null ? {} : { key = var.github.key_secret }

  project   = var.project
  secret_id = each.value
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.job.member
}

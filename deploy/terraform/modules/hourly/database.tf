# The state: PostgreSQL, reached through Cloud Run's connector alone.

resource "google_sql_database_instance" "garden" {
  project          = var.project
  name             = var.name
  region           = var.region
  database_version = "POSTGRES_17"

  deletion_protection = var.deletion_protection

  settings {
    edition           = "ENTERPRISE"
    tier              = var.database_tier
    availability_type = var.is_highly_available ? "REGIONAL" : "ZONAL"

    # Here too, so that nobody deletes it in the console either.
    deletion_protection_enabled = var.deletion_protection

    connector_enforcement = var.is_reached_by_address ? "NOT_REQUIRED" : "REQUIRED"

    ip_configuration {
      # Without a network of yours it has a public address, and no network from which anybody may use it: only the
      # connector comes in, which asks IAM first and brings a certificate.
      ipv4_enabled    = var.network == null
      private_network = var.network
      ssl_mode        = "ENCRYPTED_ONLY"
    }

    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
    }
  }

  lifecycle {
    precondition {
      condition     = !var.is_reached_by_address || var.network != null
      error_message = "An instance is reached by its address in a network of yours only: give network."
    }
  }
}

locals {
  # Cloud Run's connector has it as a socket; whoever else is let in takes its private address.
  state_address = var.is_reached_by_address ? google_sql_database_instance.garden.private_ip_address : ""
  state_options = var.is_reached_by_address ? "sslmode=require" : "host=/cloudsql/${google_sql_database_instance.garden.connection_name}"
}

resource "google_sql_database" "garden" {
  project  = var.project
  instance = google_sql_database_instance.garden.name
  name     = "garden"

  deletion_policy = "ABANDON" # PostgreSQL drops none that is in use; it goes with its instance
}

# Made anew by each apply, kept by none: it is in no state and no plan. Database and secret take it when the version
# of the password is raised, and only then.
ephemeral "random_password" "database" {
  length  = 32
  special = false # it stands in a URL
}

resource "google_sql_user" "gardener" {
  project             = var.project
  instance            = google_sql_database_instance.garden.name
  name                = "gardener"
  password_wo         = ephemeral.random_password.database.result
  password_wo_version = var.password_version

  deletion_policy = "ABANDON" # nor a user who owns tables
}

# The role is given in the project, since an instance has no policy of its own; the condition narrows it to this one.
resource "google_project_iam_member" "database" {
  project = var.project
  role    = "roles/cloudsql.client"
  member  = google_service_account.job.member

  condition {
    title      = "only the garden"
    expression = "resource.type == 'sqladmin.googleapis.com/Instance' && resource.name == 'projects/${var.project}/instances/${google_sql_database_instance.garden.name}'"
  }
}

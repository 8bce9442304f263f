variable "project" {
  type        = string
  description = "The project in which the job, its state and its secrets are."
}

variable "region" {
  type        = string
  description = "Where all of it is, such as europe-west1."
}

variable "name" {
  type        = string
  description = "The name of the job, and how all that belongs to it begins."
  default     = "log-gardener"

  validation {
    # An account's name has 30 letters at most, and one of them ends in -scheduler.
    condition     = can(regex("^[a-z][a-z0-9-]{5,19}$", var.name))
    error_message = "The name has 6 to 20 small letters, digits and -, and begins with a letter."
  }
}

variable "image" {
  type        = string
  description = "The image made of deploy/Dockerfile, in Artifact Registry, with a version or a digest."

  validation {
    condition     = can(regex("^[a-z0-9-]+-docker\\.pkg\\.dev/.+(:[^:@/]+|@sha256:[0-9a-f]{64})$", var.image)) && !endswith(var.image, ":latest")
    error_message = "Name an image in Artifact Registry with a version or a digest, and not latest: REGION-docker.pkg.dev/PROJECT/REPOSITORY/NAME:VERSION."
  }
}

variable "sources" {
  type        = list(string)
  description = "What is read: logging://PROJECT or gs://BUCKET/PREFIX. The job is permitted to read exactly these."

  validation {
    condition     = length(var.sources) > 0 && alltrue([for source in var.sources : can(regex("^(logging://[a-z][a-z0-9-]+|gs://[a-z0-9][^ ]*)$", source))])
    error_message = "Name at least one source, each logging://PROJECT or gs://BUCKET/PREFIX."
  }
}

variable "since" {
  type        = string
  description = "How far back each run looks: longer than the time between two runs, since windows should overlap."
  default     = "2h"

  validation {
    condition     = can(regex("^([0-9]+[smhdw])+$", var.since))
    error_message = "A length of time is such as 90m, 2h or 1d."
  }
}

variable "arguments" {
  type        = list(string)
  description = "Further options of log-gardener tend. No secrets: whoever sees the job sees them."
  default     = []
}

variable "settings" {
  type        = map(string)
  description = "Settings by their name in the environment without LOG_GARDENER_, such as ZONE or TICKETS__MOST_NEW. No secrets."
  default     = {}

  validation {
    condition     = alltrue([for name, _ in var.settings : can(regex("^[A-Z][A-Z0-9_]*$", name)) && !can(regex("^(STATE|REDACTION_KEY|SERVE_TOKEN|GITHUB__(TOKEN|APP_KEY))$", name))])
    error_message = "Names are in capitals, and what is secret comes from Secret Manager, never from here."
  }
}

variable "github" {
  type = object({
    repository  = string
    app_id      = string
    key_secret  = string
    key_version = optional(string, "1")
  })
  description = "Where tickets are filed: OWNER/NAME, the GitHub App, and the name of the secret with its private key. None are filed, if null."
  default     = null

  validation {
    condition     = var.github == null || can(regex("^[^/]+/[^/]+$", var.github.repository))
    error_message = "A repository is OWNER/NAME."
  }
}

variable "schedule" {
  type        = string
  description = "When it runs, as cron spells it, in UTC."
  default     = "7 * * * *"

  validation {
    condition     = length(split(" ", var.schedule)) == 5
    error_message = "A time has five fields, such as 7 * * * *."
  }
}

variable "is_paused" {
  type        = bool
  description = "Whether the schedule stands still, because something else starts runs on the same state."
  default     = false
}

variable "timeout_seconds" {
  type        = number
  description = "After how many seconds a run is ended. With --engine beam it waits for the workers."
  default     = 3000

  validation {
    condition     = var.timeout_seconds >= 60 && var.timeout_seconds <= 86400
    error_message = "Between a minute and a day."
  }
}

variable "cpu" {
  type        = string
  description = "Processors of a run; one counting thread for each."
  default     = "2"
}

variable "memory" {
  type        = string
  description = "Memory of a run."
  default     = "2Gi"

  validation {
    condition     = can(regex("^[0-9]+(Mi|Gi)$", var.memory))
    error_message = "Memory is such as 512Mi or 2Gi."
  }
}

variable "worklogs_bucket" {
  type        = string
  description = "The name of the bucket for worklogs, which is new; of all buckets in the world only one bears it."
}

variable "keep_worklogs_days" {
  type        = number
  description = "After how many days a worklog is deleted. What is remembered of issues stays."
  default     = 90

  validation {
    condition     = var.keep_worklogs_days >= 1
    error_message = "Keep a worklog for a day at least."
  }
}

variable "database_tier" {
  type        = string
  description = "The machine of the database."
  default     = "db-f1-micro"
}

variable "is_highly_available" {
  type        = bool
  description = "Whether the database has a second machine in another zone."
  default     = false
}

variable "network" {
  type        = string
  description = "The VPC network in which the database has a private address: projects/PROJECT/global/networks/NAME, with private services access set up. A public address that only the connector may use, if null."
  default     = null
}

variable "subnetwork" {
  type        = string
  description = "The subnetwork of that network in the region, from which the job reaches the database; only with network."
  default     = null
}

variable "is_reached_by_address" {
  type        = bool
  description = "Whether the database also takes connections, encrypted and with a password, to its private address: what runs outside Cloud Run needs that."
  default     = false
}

variable "password_version" {
  type        = number
  description = "Raise it for a new password of the database."
  default     = 1

  validation {
    condition     = var.password_version >= 1
    error_message = "Versions begin with 1."
  }
}

variable "deletion_protection" {
  type        = bool
  description = "Whether the database is kept from being deleted. Set it to false, and apply, before you tear down."
  default     = true
}

variable "notification_channels" {
  type        = list(string)
  description = "Who is told when a run fails: projects/PROJECT/notificationChannels/ID."
  default     = []
}

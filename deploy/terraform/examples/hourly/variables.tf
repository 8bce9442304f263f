variable "project" {
  type        = string
  description = "The project whose logs are read, and that has the job."
}

variable "region" {
  type        = string
  description = "Where the job runs."
  default     = "europe-west1"
}

variable "image" {
  type        = string
  description = "The image made of deploy/Dockerfile, in Artifact Registry, with a version or a digest."
}

variable "github" {
  type = object({
    repository  = string
    app_id      = string
    key_secret  = string
    key_version = optional(string, "1")
  })
  description = "Where tickets are filed; none are, if null."
  default     = null
}

variable "notification_channels" {
  type        = list(string)
  description = "Who is told when a run fails: projects/PROJECT/notificationChannels/ID."
  default     = []
}

variable "deletion_protection" {
  type        = bool
  description = "Whether the database is kept from being deleted. Set it to false, and apply, before you tear down."
  default     = true
}

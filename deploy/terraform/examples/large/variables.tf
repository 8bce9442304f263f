variable "project" {
  type        = string
  description = "The project whose logs are read, and that has all of it."
}

variable "region" {
  type        = string
  description = "Where all of it is."
  default     = "europe-west1"
}

variable "image" {
  type        = string
  description = "The image made of deploy/Dockerfile with EXTRAS=beam,gcp,github,postgres, with a version or a digest."
}

variable "worker_image" {
  type        = string
  description = "The image made of deploy/dataflow/Dockerfile, with a version or a digest."
}

variable "repository" {
  type = object({
    project  = string
    location = string
    name     = string
  })
  description = "The repository of Artifact Registry that has the image of the workers."
}

variable "schedule" {
  type        = string
  description = "When it runs, as cron spells it, in UTC."
  default     = "7 3 * * *"
}

variable "max_workers" {
  type        = number
  description = "How many machines read at most."
  default     = 10
}

variable "network" {
  type        = string
  description = "The VPC network of the database: projects/PROJECT/global/networks/NAME, with private services access. Needed for the template."
  default     = null
}

variable "subnetwork" {
  type        = string
  description = "The name of its subnetwork in the region, with Private Google Access; with it workers have no public address."
  default     = null
}

variable "template_spec" {
  type        = string
  description = "The Flex Template, gs://BUCKET/NAME.json, if it and not Cloud Run is to conduct the runs."
  default     = null
}

variable "deletion_protection" {
  type        = bool
  description = "Whether the database is kept from being deleted. Set it to false, and apply, before you tear down."
  default     = true
}

# A worklog every hour, read from Cloud Logging: the usual set-up.

module "hourly" {
  source = "../../modules/hourly"

  project         = var.project
  region          = var.region
  image           = var.image
  sources         = ["logging://${var.project}"]
  worklogs_bucket = "${var.project}-worklogs"

  github                = var.github
  notification_channels = var.notification_channels
  deletion_protection   = var.deletion_protection
}

"""Pub/Sub: `pubsub://`."""

-- From where a failed sign-in came, without a port: whoever cannot be locked is slowed down by place.
ALTER TABLE failures ADD COLUMN source TEXT;

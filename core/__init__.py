"""What every app needs and no app owns: money, terms, references, audit trail, outbox, PDF, documents."""

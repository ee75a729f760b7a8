"""What officers do, one verb a file; each reads like the sentence that describes it."""

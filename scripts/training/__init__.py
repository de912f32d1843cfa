"""What the training programs are made of; the programs themselves are one folder up."""

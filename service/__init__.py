"""French to English translation of news, with consistent names and a bilingual summary."""

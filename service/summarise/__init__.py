"""A summary in both languages: sentences chosen from the article, or a text that a model wrote."""

from service.summarise.accept import accept
from service.summarise.choose import summarise
from service.summarise.written import Summariser, write_summary

__all__ = ["Summariser", "accept", "summarise", "write_summary"]

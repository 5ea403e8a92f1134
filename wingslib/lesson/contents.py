"""The thirteen notebooks and their questions; a title stands here before its notebook is written."""

from __future__ import annotations

QUESTIONS = {
    "00_start_here": "Which engine is the fastest?",
    "01_async": "When the work is waiting, how much can one thread do?",
    "02_multiprocessing": "When the work is computing, do more processes help?",
    "03_threads": "The library blocks and knows no async: what then?",
    "04_rust": "What does Rust bring, and what does it not?",
    "05_dynamic_distribution": "Some tasks take much longer than others: who gets which?",
    "06_semaphores": "How do I not kill the service I depend on?",
    "07_parallel_creation": "How do I create many things at once, without losing one?",
    "08_map_reduce": "How do I count the words of everything?",
    "09_scaling": "One machine, many machines, or both?",
    "10_patterns": "Which three shapes solve most problems?",
    "11_troubleshooting": "Why is my parallel code slower?",
    "12_choosing": "Which one for my function?",
}

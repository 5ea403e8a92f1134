"""The races of the Rust operations, one file for each, named like the operation.

A file holds CASES: context managers that make the material and give a `Case`, the same work done by Rust, by the usual
Python, and by the best pure Python that is known. A file dropped in here is raced; nothing else lists them.
"""

from __future__ import annotations

#!/usr/bin/env python3
"""A small Textual program: a search field over a list, on the LIKE tables of sqlite_peers.

    textual_list.py PEOPLE.db

What one would write first: an Input, a table of 19 rows, one query a keystroke on a worker thread.
"""

import sqlite3
import sys

from textual import work
from textual.app import App
from textual.widgets import DataTable, Input


class People(App):
    CSS = "DataTable { height: 1fr; }"

    def __init__(self, path: str):
        super().__init__()
        self.path = path

    def compose(self):
        yield Input(placeholder="Search users")
        yield DataTable(cursor_type="row")

    def on_mount(self):
        self.query_one(DataTable).add_columns("ID", "Email", "Name")
        self.query_one(Input).focus()
        self.show("")

    def on_input_changed(self, changed):
        self.show(changed.value)

    @work(exclusive=True, thread=True)
    def show(self, text: str):
        connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
        rows = connection.execute(
            "SELECT id, email, name FROM people WHERE key LIKE '%' || ? || '%' LIMIT 19", (text.lower(),)
        ).fetchall()
        connection.close()
        self.call_from_thread(self.replace, rows)

    def replace(self, rows):
        table = self.query_one(DataTable)
        table.clear()
        table.add_rows(rows)


if __name__ == "__main__":
    People(sys.argv[1]).run()

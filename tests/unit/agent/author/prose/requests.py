# ruff: noqa: E501  # a request is one line
"""Requests for documents and presentations, and what the built-in author makes of them in the agent's own loop."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, NamedTuple
from zipfile import ZipFile

from lxml import etree

from overten.agent.author.model import builtin_model
from overten.agent.data.models import InputFile
from overten.agent.loop import next_turn, run_slice
from overten.agent.models import Checkpoint, Limits, TurnRequest
from overten.documents.engines import engine_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from overten.documents.models import Finding, Format

TODAY = date(2026, 11, 23)

DOCUMENTS: dict[str, str] = {
    "proposal": "Write a project proposal for Northwind Ltd to replace their CRM with sections background, approach, timeline and budget. The project takes 10 weeks and costs $50,000. Kick-off on 3 March 2027, migration in April 2027, go-live by 15 May 2027. Team: Anna Berg (project lead), Tom Reed (architect).",
    "memo": "Write a memo to all staff: from 1 March we work three days a week in the office, core hours are 10 to 15. From the HR director.",
    "report": "Quarterly report for Acme: revenue Q1 $1.2m, Q2 $1.4m, Q3 $1.3m, Q4 $1.8m; churn 3%, NPS 45. We won 12 new customers. We recommend hiring two more engineers.",
    "minutes": "Minutes of the marketing meeting on 12 May 2026. Attendees: Anna, Ben and Carla. Decisions: launch moved to June. Actions: Ben prepares the campaign by 20 May; Carla books the venue.",
    "nda": "Non-disclosure agreement between Acme Ltd and Beta GmbH about a joint venture",
    "offer": "Erstelle ein Angebot für die Müller GmbH über die Sanierung der Heizung. Kosten 12.500 €, Dauer 3 Wochen.",
    "letter": "Write a letter to my landlord about the broken heating. It has been cold since 3 November. I ask for a repair within 7 days. From Jane Doe",
    "cv": "CV for Jane Doe. Experience: 2019-2024 Product manager at Acme; 2015-2019 Analyst at Beta. Education: MSc Economics, LSE. Skills: SQL, Excel, Python.",
    "agenda": "Agenda for the board meeting on 5 March 2027: strategy, budget 2027, new hires, any other business",
    "policy": "Remote work policy",
    "rapport": "Rédige un rapport sur la satisfaction des clients: satisfaits 62 %, neutres 25 %, mécontents 13 %.",
    "business plan": "Business plan for a bakery in Leeds. Rent 2,400 per month, equipment 35,000, staff 4,500 per month. Opening in May 2027.",
    "informe": "Escribe un informe sobre las ventas: Norte 120, Sur 90, Este 75, Oeste 60.",
    "structured": "Report on our move.\n\n# Why we move\n- The lease ends on 30 June 2027\n- We need 40 desks, we have 25\n\n# What it costs\n- Rent 9,000 per month\n- Fit-out 120,000\n",
    "two words": "hello",
    "marks": "Memo: the path is C:\\temp, **stars** and [brackets](x), {braces}, 2^3 and `ticks`; profit is 5 * 3.",
}  # fmt: skip

PRESENTATIONS: dict[str, str] = {
    "review": "Create a 7-slide QBR deck for Acme: revenue Q1 $1.2m, Q2 $1.4m, Q3 $1.3m, Q4 $1.8m; churn 3%, NPS 45. Highlights: we won 12 new customers and launched the mobile app. Risks and next steps.",
    "pitch": "Pitch deck for a coffee subscription startup, 10 slides",
    "training": "Training on phishing awareness for new employees covering what phishing is, how to recognise it, how to report it",
    "status": "Project status presentation for the ERP migration. Kick-off on 3 March 2027, data migration in April 2027, go-live by 15 May 2027. Budget $250,000, spent $120,000, 48% complete. Team: Anna Berg (project lead), Tom Reed (architect), Li Wei (testing).",
    "plan": "Präsentation mit 8 Folien zur Einführung der Vier-Tage-Woche: Ausgangslage, Ziele, Vorgehen, Risiken, nächste Schritte",
    "shares": "Create a deck on market share: Dell 35%, HP 40%, Lenovo 25%. Sales by region: North 120, South 90, West 70.",
    "listed": "Make slides:\nSlide 1: Welcome\nSlide 2: Why now - demand grew 30% in 2026\nSlide 3: What we ask: a budget of €80,000",
    "long": "Deck about our strategy. " + "We will open new shops in the north and hire people who know the region very well, because demand there grows faster than anywhere else in the country and rents are low. " * 6,
    "one": "1 slide on our values",
    "french": "Présentation de 5 diapositives sur le lancement du produit le 3 mars 2027",
    "two words": "hello there",
}  # fmt: skip


class Made(NamedTuple):
    """What a turn ended with: its checkpoint, the file, all its texts, and what the verifier says."""

    checkpoint: Checkpoint
    data: bytes
    texts: list[str]
    findings: list[Finding]

    @property
    def summary(self) -> str:
        return self.checkpoint.summary or ""

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


def made(
    document_format: Format,
    prompt: str,
    files: Sequence[tuple[InputFile, bytes]] = (),
    *,
    base: Checkpoint | None = None,
    verified: bool = True,
) -> Made:
    """The document that the built-in author makes of a request, or of a further one on `base`."""
    request = TurnRequest(format=document_format, prompt=prompt, today=TODAY, files=[file for file, _ in files])
    inputs: Mapping[str, bytes] = {file.name: data for file, data in files}
    checkpoint = run_slice(
        request,
        next_turn(base, request, inputs.get) if base else None,
        builtin_model(),
        limits=Limits(),
        save=lambda _: None,
        progress=lambda *_: None,
        should_stop=lambda: False,
        inputs=inputs.get,
    ).checkpoint
    engine = engine_of(document_format)
    document = engine.load(checkpoint.stored_document)
    data = engine.write(document, created=datetime(2026, 11, 23, tzinfo=UTC))
    return Made(checkpoint, data, _texts(data), engine.verify(data, document) if verified else [])


def _texts(data: bytes) -> list[str]:
    """The paragraphs of a document or of all slides, and the values of charts."""
    found: list[str] = []
    with ZipFile(io.BytesIO(data)) as archive:
        for name in sorted(archive.namelist(), key=lambda name: (len(name), name)):
            if re.fullmatch(r"word/document\.xml|ppt/slides/slide\d+\.xml", name):
                root = etree.fromstring(archive.read(name))
                found += ["".join(part.text or "" for part in p.iter("{*}t")) for p in root.iter("{*}p")]
            elif re.search(r"charts?/chart\d*\.xml$", name):
                found += [part.text or "" for part in etree.fromstring(archive.read(name)).iter("{*}v")]
    return [text for text in found if text.strip()]

# ruff: noqa: E501 - a table that reads by rows
"""The few words that the engine itself puts into a document, in the document's language."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    figure: str
    table: str
    equation: str
    page: str
    signature: str
    name: str
    date: str
    note: str
    tip: str
    warning: str


_WORDS = {
    "en": Words("Figure", "Table", "Equation", "Page", "Signature", "Name", "Date", "Note", "Tip", "Important"),
    "de": Words("Abbildung", "Tabelle", "Gleichung", "Seite", "Unterschrift", "Name", "Datum", "Hinweis", "Tipp", "Wichtig"),
    "fr": Words("Figure", "Tableau", "Équation", "Page", "Signature", "Nom", "Date", "Remarque", "Conseil", "Important"),
    "es": Words("Figura", "Tabla", "Ecuación", "Página", "Firma", "Nombre", "Fecha", "Nota", "Consejo", "Importante"),
    "it": Words("Figura", "Tabella", "Equazione", "Pagina", "Firma", "Nome", "Data", "Nota", "Consiglio", "Importante"),
    "pt": Words("Figura", "Tabela", "Equação", "Página", "Assinatura", "Nome", "Data", "Nota", "Dica", "Importante"),
    "nl": Words("Figuur", "Tabel", "Vergelijking", "Pagina", "Handtekening", "Naam", "Datum", "Opmerking", "Tip", "Belangrijk"),
    "sv": Words("Figur", "Tabell", "Ekvation", "Sida", "Underskrift", "Namn", "Datum", "Obs", "Tips", "Viktigt"),
    "da": Words("Figur", "Tabel", "Ligning", "Side", "Underskrift", "Navn", "Dato", "Bemærk", "Tip", "Vigtigt"),
    "nb": Words("Figur", "Tabell", "Ligning", "Side", "Underskrift", "Navn", "Dato", "Merk", "Tips", "Viktig"),
    "fi": Words("Kuva", "Taulukko", "Yhtälö", "Sivu", "Allekirjoitus", "Nimi", "Päivämäärä", "Huomaa", "Vinkki", "Tärkeää"),
    "pl": Words("Rysunek", "Tabela", "Równanie", "Strona", "Podpis", "Imię i nazwisko", "Data", "Uwaga", "Wskazówka", "Ważne"),
    "ja": Words("図", "表", "式", "ページ", "署名", "氏名", "日付", "注記", "ヒント", "重要"),
    "ko": Words("그림", "표", "수식", "쪽", "서명", "이름", "날짜", "참고", "도움말", "중요"),
    "zh": Words("图", "表", "公式", "页", "签名", "姓名", "日期", "说明", "提示", "重要"),
    "ar": Words("الشكل", "الجدول", "المعادلة", "صفحة", "التوقيع", "الاسم", "التاريخ", "ملاحظة", "نصيحة", "مهم"),
    "he": Words("איור", "טבלה", "משוואה", "עמוד", "חתימה", "שם", "תאריך", "הערה", "טיפ", "חשוב"),
}  # fmt: skip


def words(language: str) -> Words:
    """The words in a language such as `de-AT`; English where we have none."""
    return _WORDS.get({"no": "nb", "nn": "nb"}.get(language[:2], language[:2]), _WORDS["en"])

# ruff: noqa: E501  # a request is one line
"""Requests as people type them, with what each means: kind, title and every number in its role."""

from __future__ import annotations

from datetime import date

import pytest

from overten.agent.author.blueprints import BLUEPRINTS
from overten.agent.author.compose import compose
from overten.agent.author.draft import Draft, finished
from overten.agent.author.understand import understand
from overten.documents.excel.apply import apply
from overten.documents.excel.recalculate import evaluate
from overten.documents.excel.workbook import Workbook

TODAY = date(2026, 11, 22)

# The request, its kind, its title, and the inputs that come from the request: all of them, and no others.
REQUESTS: list[tuple[str, str, str, dict[str, float]]] = [
    ('Monthly budget for a 3-person design studio with rent 1,800 and salaries of 3,200 each', 'budget', 'Design studio budget', {'People': 3, 'Rent': 1800, 'Salaries, per person': 3200}),
    ('A 12-month budget for a bakery with rent 2,400 and two employees at 2,900 each', 'budget', 'Bakery budget', {'Rent': 2400, 'Salaries, per employee': 2900, 'Employees: number': 2}),
    ('budget for my coffee shop, rent is 1.2k, 4 baristas at 2,100 per month each, beans 900/month, revenue 14k a month', 'budget', 'Coffee shop budget', {'Rent': 1200, 'Salaries: baristas, each': 2100, 'Baristas: number': 4, 'Beans': 900, 'Revenue': 14000}),
    ('startup budget: 5 devs @ 8k/month, 1 designer @ 6.5k/month, office 3k/month, AWS $1,200 per month, laptops 15k one-off', 'budget', 'Startup budget', {'Salaries: devs, each': 8000, 'Devs: number': 5, 'Salaries: designer, each': 6500, 'Designer: number': 1, 'Office': 3000, 'AWS': 1200, 'Laptops': 15000}),
    ('Annual marketing budget of $120,000 split between SEO 30%, paid ads 45% and events 25%', 'budget', 'Marketing budget', {'Total budget': 120000, 'Share: SEO': 0.3, 'Share: Paid ads': 0.45, 'Share: Events': 0.25}),
    ('freelancer budget: I bill €45/hour for 120 hours a month, software 80/mo, coworking 250/mo, health insurance 420/mo', 'budget', 'Freelancer budget', {'Billed hours': 45, 'Hours: number': 120, 'Software': 80, 'Coworking': 250, 'Health insurance': 420}),
    ('Monthly household budget: salary 3,400, rent 1,150, groceries 500, car 220, Netflix 15.99, savings 10%', 'household_budget', 'Household budget', {'Salary': 3400, 'Rent': 1150, 'Groceries': 500, 'Car': 220, 'Netflix': 15.99, 'Savings': 0.1}),
    ('our family budget, my wife earns 2.8k and I make 3.1k, mortgage 1,400, kids 600, food 700', 'household_budget', 'Family budget', {'Income: wife': 2800, 'Income': 3100, 'Mortgage': 1400, 'Kids': 600, 'Food': 700}),
    ('Student budget: scholarship 900 a month, rent 450, food 200, books $300 per semester', 'household_budget', 'Student budget', {'Scholarship': 900, 'Rent': 450, 'Food': 200, 'Books': 300}),
    ('event budget for 20 guests, catering 35 per person, venue 800, DJ 400, 20% deposit', 'event_budget', 'Event budget', {'Guests': 20, 'Catering, per person': 35, 'Venue': 800, 'DJ': 400, 'Deposit': 0.2}),
    ('Wedding budget of 25,000 EUR for 80 guests with catering at €95 a head', 'event_budget', 'Wedding budget', {'Guests': 80, 'Total budget': 25000, 'Catering, per head': 95}),
    ('company offsite budget: 12 people, 3 nights hotel at $180 per person per night, bus 900, dinner 65 pp', 'event_budget', 'Offsite budget', {'People': 12, 'Hotel, per night per person': 180, 'Nights: number': 3, 'Bus': 900, 'Dinner, per person': 65}),
    ('Conference budget for Acme GmbH: 150 attendees at €290 ticket price, venue 12k, speakers 8,000, catering €45 per attendee', 'event_budget', 'Acme GmbH – Conference budget', {'Attendees': 150, 'Venue': 12000, 'Speakers': 8000, 'Catering, per attendee': 45, 'Ticket price, per attendee': 290}),
    ('Loan of 250k over 25 years at 4.1%', 'loan', 'Loan amortisation schedule', {'Loan amount': 250000, 'Interest rate a year': 0.041, 'Number of monthly payments': 300}),
    ('mortgage calculator, house 400,000, 20% down payment, 30 years, 3.75% interest', 'loan', 'Loan amortisation schedule', {'House': 400000, 'Down payment': 0.2, 'Interest rate a year': 0.0375, 'Number of monthly payments': 360}),
    ('car loan $18,500 at 6.9% APR for 60 months with $100 extra per month', 'loan', 'Car loan amortisation schedule', {'Loan amount': 18500, 'Interest rate a year': 0.069, 'Number of monthly payments': 60, 'Extra payment a month': 100}),
    ('invoice to Müller & Söhne GmbH for 16 hours at 85 €/hour and travel 120 €, VAT 19%', 'invoice', 'Müller & Söhne GmbH – Invoice', {'Tax rate': 0.19}),
    ('Invoice for 3 website pages at 450 each, 2 logo revisions at $75, 10% discount, due in 14 days', 'invoice', 'Invoice', {'Days until payment is due': 14, 'Discount': 0.1}),
    ('300 units a month at $12 growing 5% monthly, costs: materials $4 per unit, rent 1,000', 'profit_loss', 'Financial model', {'Units sold a month': 300, 'Units: unit price': 12, 'Growth a month': 0.05, 'Materials, per unit': 4, 'Rent': 1000}),
    ('P&L forecast first half of 2027 for a bakery, sales 22k a month growing 2% monthly, cogs 35%, rent 2,400, 3 employees at 2,600', 'profit_loss', 'Bakery financial model 2027', {'Sales': 22000, 'Growth a month': 0.02, 'Cost of sales': 0.35, 'Rent': 2400, 'Salaries, per employee': 2600, 'Employees: number': 3}),
    ('Financial model for a gym: 200 members paying $39 per month, 4% churn, 15 new members a month, rent $5,000, trainers 3 x 2,500', 'saas', 'Gym financial model', {'Customers at start': 200, 'New customers a month': 15, 'Churn a month': 0.04, 'Price a month': 39, 'Rent': 5000, 'Salaries: trainers, each': 2500, 'Trainers: number': 3}),
    ('SaaS model: $29/mo plan, 50 customers, growing 10% a month, churn 3%, 2 founders at 4k, $250k seed funding', 'saas', 'SaaS financial model', {'Customers at start': 50, 'New customers a month': 0.1, 'Churn a month': 0.03, 'Price a month': 29, 'Salaries: founders, each': 4000, 'Founders: number': 2, 'Cash at start': 250000}),
    ('cash flow from April to September, opening balance 18,000, client payments 9,500 a month, salaries 6,200, tax payment 4,000 in June', 'cash_flow', 'Cash flow forecast', {'Opening balance': 18000, 'Client payments': 9500, 'Salaries': 6200, 'Tax payment': 4000}),
    ('Cash flow forecast Q3 2027, starting cash $40k, payroll 12k/month, sales 15k/month', 'cash_flow', 'Cash flow forecast 2027', {'Opening balance': 40000, 'Sales': 15000, 'Payroll': 12000}),
    ('Break even: selling price $25, unit cost $9, fixed costs $4,200 a month', 'break_even', 'Break-even analysis', {'Fixed costs': 4200, 'Variable cost of a unit': 9, 'Price of a unit': 25}),
    ('break-even for a food truck, each burrito sells for 8.50 and costs 3.10, rent and permits 2,300 per month', 'break_even', 'Food truck break-even analysis', {'Fixed costs': 2300, 'Variable cost of a unit': 3.1, 'Price of a unit': 8.5}),
    ('unit economics: CAC 120, ARPU 35/month, churn 4%, gross margin 75%', 'unit_economics', 'Unit economics', {'Acquisition cost': 120, 'Churn a month': 0.04, 'Gross margin': 0.75, 'Revenue a month': 35}),
    ('rent split between Anna, Ben and Chloe, rent 1,500, internet 45, electricity 120', 'shared_expenses', 'Shared expenses', {'Rent': 1500, 'Internet': 45, 'Electricity': 120}),
    ('Project plan for website relaunch with phases Discovery, Design, Development and QA, starting Jan 12 2027, 2 weeks each', 'gantt', 'Website relaunch project plan 2027', {'Working days for each task': 10}),
    ('Gantt chart for kitchen renovation: demolition 5 days, plumbing 8 days, electrics 4 days, tiling 6 days, starting 3 May 2027', 'gantt', 'Kitchen renovation project plan 2027', {'Working days: Demolition': 5, 'Working days: Plumbing': 8, 'Working days: Electrics': 4, 'Working days: Tiling': 6}),
    ('shift schedule for 6 nurses, early, late and night shifts of 8 hours, 4 weeks', 'roster', 'Shift roster', {'Hours: Early': 8, 'Hours: Late': 8, 'Hours: Night': 8}),
    ('Weekly timesheet for Priya, $42/hour, 38 hours per week, overtime at 150%', 'timesheet', 'Priya – Timesheet', {'Contract hours a week': 38, 'Hourly rate': 42, 'Overtime factor': 1.5}),
    ('gradebook for 28 students: homework 30%, quizzes 20%, final exam 50%', 'gradebook', 'Gradebook', {'Weight: Homework': 0.3, 'Weight: Quizzes': 0.2, 'Weight: Final exam': 0.5}),
    ('vendor selection: Slack vs Teams vs Zoom, criteria price 40%, usability 35%, security 25%', 'comparison', 'Decision matrix', {'Weight: Price': 0.4, 'Weight: Usability': 0.35, 'Weight: Security': 0.25}),
    ('KPI dashboard: revenue $1.2M, churn below 3%, NPS 45, response time 4 hours', 'scorecard', 'KPI scorecard', {'Target: Revenue': 1200000, 'Target: Churn': 0.03, 'Target: NPS': 45, 'Target: Response time (hours)': 4}),
    ('sales tracker for 3 reps with monthly quota of $40k each', 'sales', 'Sales report', {'Reps': 3, 'Monthly quota': 40000}),
    ('meal plan for a family of 4 with a weekly food budget of €160', 'meals', 'Family meal plan', {'Food budget': 160, 'People': 4}),
    ('Budget pour une agence de 4 personnes, loyer 1 500 € et salaires de 2 800 € chacun', 'budget', 'Budget – agence', {'Personnes': 4, 'Loyer': 1500, 'Salaires, par personne': 2800}),
    ('Budget mensuel: salaire 2 300 €, loyer 780 €, courses 350 €, transport 86 €', 'household_budget', 'Budget familial', {'Salaire': 2300, 'Loyer': 780, 'Courses': 350, 'Transport': 86}),
    ('Monatsbudget für ein Café mit 3 Mitarbeitern zu je 2.400 €, Miete 1.900 €, Umsatz 16.000 €', 'budget', 'Budget – Café', {'Gehälter, je Person': 2400, 'Mitarbeiter: Anzahl': 3, 'Miete': 1900, 'Umsatz': 16000}),
    ('Rechnung an Schmidt GmbH: 24 Stunden zu 95 €, Anfahrt 60 €, MwSt 19%', 'invoice', 'Schmidt GmbH – Rechnung', {'Tax rate': 0.19}),
    ('Darlehen über 180.000 € mit 3,8 % Zinsen über 15 Jahre', 'loan', 'Tilgungsplan', {'Loan amount': 180000, 'Interest rate a year': 0.038, 'Number of monthly payments': 180}),
    ('Presupuesto mensual para un estudio de 3 personas con alquiler 1.100 € y sueldos de 1.900 € cada uno', 'budget', 'Presupuesto – estudio', {'Personas': 3, 'Alquiler': 1100, 'Sueldos, por persona': 1900}),
    ('Factura para Grupo Sol S.L.: 20 horas a 45 €, IVA 21%', 'invoice', 'Grupo Sol S.L. – Factura', {'Tax rate': 0.21}),
    ('Budget 2027 for the IT department: 4 engineers at 95k a year, licences 48k, hardware 60,000, training 2,000 per person', 'budget', 'IT department budget 2027', {'Salaries: engineers, each': 95000, 'Engineers: number': 4, 'Licences': 48000, 'Hardware': 60000, 'Training, per person': 2000}),
    ('Nonprofit budget: grants 80,000, donations 25,000, staff of 3 at 32k, rent 900/month, programs 20,000 per year', 'budget', 'Nonprofit budget', {'Grants': 80000, 'Donations': 25000, 'Salaries, per person': 32000, 'People: number': 3, 'Rent': 900, 'Programs': 20000}),
    ('Budget for a podcast: mic 250 one time, hosting 20/month, editor $60 per episode, 4 episodes a month, sponsors $400 per episode', 'budget', 'Podcast budget', {'Episodes a month': 4, 'Mic': 250, 'Hosting': 20, 'Editor, per episode': 60, 'Sponsors, per episode': 400}),
    ('Airbnb profit model: 2 apartments, 85 per night, 70% occupancy, cleaning 40 per stay, rent 900 each per month', 'profit_loss', 'Airbnb financial model', {'Apartments': 2, 'Price per night': 85, 'Occupancy': 0.7, 'Cleaning, per stay': 40, 'Rent, per apartment': 900}),
    ('Budget for a dental practice: 2 dentists at 9,000 per month, 3 assistants at 2,800 per month, rent 4,500, supplies 1,900 a month, patient revenue 52,000 a month', 'budget', 'Dental practice budget', {'Salaries: dentists, each': 9000, 'Dentists: number': 2, 'Salaries: assistants, each': 2800, 'Assistants: number': 3, 'Rent': 4500, 'Supplies': 1900, 'Patient revenue': 52000}),
    ('create a yearly budget for our school trip, 45 students paying $120 each, bus 1,800, museum tickets $14 per student, 4 teachers', 'event_budget', 'Trip budget', {'Students': 45, 'Teachers': 4, 'Bus': 1800, 'Museum tickets, per student': 14, 'Students, per person': 120}),
    ('I run a yoga studio with 80 members at €60 a month, 2 teachers at €1,500 each, rent 1,700. Make me a budget', 'budget', 'Yoga studio budget', {'Members, each': 60, 'Members: number': 80, 'Salaries: teachers, each': 1500, 'Teachers: number': 2, 'Rent': 1700}),
    ('Team of 5, average salary 65k, office 30k a year, software $300 per person per month - annual budget', 'budget', 'Budget', {'People': 5, 'Average salary, per person': 65000, 'Office': 30000, 'Software, per person': 300}),
    ('cost estimate for a website: design 40 hours at $75/h, development 120 hours at $90/h, hosting $25 per month', 'event_budget', 'Website cost estimate', {'Design, per hour': 75, 'Hours: number': 120, 'Development, per hour': 90, 'Hosting': 25}),
    ('Wedding for 120 people, budget 30k, venue 6k, catering 110 per person, band 2.5k, dress 1,800, 10% contingency', 'event_budget', 'Wedding budget', {'Guests': 120, 'Total budget': 30000, 'Venue': 6000, 'Catering, per person': 110, 'Band': 2500, 'Dress': 1800, 'Contingency': 0.1}),
    ('monthly cash flow for next year, opening cash 25,000, rent 3,000/month, 6 staff at 2,400 each, sales 32,000 per month, loan repayment 1,100', 'cash_flow', 'Cash flow forecast', {'Opening balance': 25000, 'Sales': 32000, 'Rent': 3000, 'Salaries, per person': 2400, 'Staff: number': 6, 'Loan repayment': 1100}),
    ('borrow 15,000 over 4 years at 7.5%', 'loan', 'Loan amortisation schedule', {'Loan amount': 15000, 'Interest rate a year': 0.075, 'Number of monthly payments': 48}),
    ('forecast for an online course: 50 students a month at $199, ads $1,500/month, growth 8% per month', 'profit_loss', 'Online course financial model', {'Students a month': 50, 'Students: unit price': 199, 'Growth a month': 0.08, 'Ads': 1500}),
    ('Lemonade stand P&L: 40 cups a day at $2, lemons 0.30 per cup', 'profit_loss', 'Lemonade stand financial model', {'Cups sold a day': 40, 'Cups: unit price': 2, 'Lemons, per cup': 0.3}),
    ('restaurant: 60 covers a day, average ticket 24, food cost 30%, 8 employees at 2,200, rent 5,500 per month - make a financial plan', 'profit_loss', 'Financial model', {'Covers sold a day': 60, 'Covers: unit price': 24, 'Cost of sales': 0.3, 'Salaries, per employee': 2200, 'Employees: number': 8, 'Rent': 5500}),
    ('Budget associatif: subvention 12 000 €, cotisations 40 membres à 25 €, location 3 600 € par an', 'budget', 'Budget', {'Subvention': 12000, 'Cotisations, par personne': 25, 'Membres: nombre': 40, 'Location': 3600}),
    ('Haushaltsplan: Nettogehalt 2.850 €, Miete 980 €, Strom 75 € im Monat, Versicherung 600 € im Jahr', 'household_budget', 'Haushaltsbudget', {'Nettogehalt': 2850, 'Miete': 980, 'Strom': 75, 'Versicherung': 600}),
    ('Finanzplan für ein Yogastudio: 60 Mitglieder zu 55 € im Monat, Miete 1.400 €, 2 Lehrer zu je 1.200 €', 'profit_loss', 'Finanzplan – Yogastudio', {'Mitglieder a month': 60, 'Mitglieder: unit price': 55, 'Miete': 1400, 'Gehälter: Lehrer, je': 1200, 'Lehrer: Anzahl': 2}),
    ('Presupuesto de boda para 90 invitados, catering 75 € por persona, salón 3.000 €', 'event_budget', 'Presupuesto del evento', {'Invitados': 90, 'Catering, por persona': 75, 'Salón': 3000}),
    ('Q1 marketing budget 60k: 40% Google Ads, 35% content, 25% events', 'budget', 'Q1 marketing budget', {'Total budget': 60000, 'Share: Google Ads': 0.4, 'Share: Content': 0.35, 'Share: Events': 0.25}),
    ('party for 25 kids, cake 60, pizza $8 per kid, magician 150', 'event_budget', 'Party budget', {'Kids': 25, 'Cake': 60, 'Pizza, per kid': 8, 'Magician': 150}),
    ('construction budget: 200 sqm at 1,450 per sqm, permits 8,000, architect 12%', 'event_budget', 'Construction budget', {'Sqm': 1450, 'Sqm: number': 200, 'Permits': 8000, 'Architect': 0.12}),
    ('Budget for first half of 2027 for our charity Helping Hands: donations 5k per month, staff 2 at 2.1k per month, projects 1,200 per month', 'budget', 'Charity Helping Hands budget 2027', {'Donations': 5000, 'Salaries, per person': 2100, 'Staff: number': 2, 'Projects': 1200}),
    ('Personal budget: take-home pay 4,200, rent 1,400, groceries 150 per week, gym 40, student loan 310', 'household_budget', 'Personal budget', {'Take-home pay': 4200, 'Rent': 1400, 'Groceries': 150, 'Gym': 40, 'Student loan': 310}),
    ('quote for Bright Dental: 5 workstations at $1,199 each, installation $600 flat, 3 years support at $900 per year', 'invoice', 'Bright Dental – Quotation', {}),
    ('make an invoice for web design $2,500, hosting $20/month for 12 months', 'invoice', 'Invoice', {}),
    ('Expense report for Jane Doe, March 2026: taxi 23.40, hotel 3 nights at 129, lunch 18.50, mileage 210 km at 0.58', 'expense_report', 'Expense report 2026', {}),
    ('Table with columns: name, due date, status', 'table', 'Table', {}),
    ('Create a tracker called "Client onboarding" with columns: client, contact, start date, fee, paid, notes', 'table', 'Client onboarding', {}),
    ('inventory for a bike shop: 12 helmets at $45, 30 tubes at $6.50, 4 e-bikes at 2,300', 'inventory', 'Bike shop inventory', {}),
    ('task list for office move: book movers, cancel internet, update address, 3 weeks from 1 March 2027', 'tasks', 'Office move task tracker 2027', {}),
    ('Grade sheet for my chemistry class with students Amy, Bob and Carla, tests: midterm, lab report, final', 'gradebook', 'Chemistry class gradebook', {}),
    ('compare three laptops: MacBook Air, Dell XPS and ThinkPad X1 on price, weight and battery life', 'comparison', 'Decision matrix', {}),
    ('Sales report by region North, South, West for Q3', 'sales', 'Sales report', {}),
    ('CRM for a real estate agent with stages New, Viewing, Offer, Closed', 'crm', 'Real estate agent sales pipeline', {}),
    ('Content calendar for Instagram and TikTok, April to June 2027', 'content_calendar', 'Content calendar 2027', {}),
    ('habit tracker: meditation, 10k steps, no sugar', 'habits', 'Habit tracker', {}),
    ('workout plan 3 days a week with squats, bench press and deadlifts', 'workout', 'Workout plan', {}),
    ('monthly budget', 'household_budget', 'Monthly budget', {}),
    ('Quote for painting 4 rooms at 350 per room, materials 280', 'invoice', 'Quotation', {}),
]  # fmt: skip

# What comes out of the numbers: the first key figures of the summary, by their labels.
RESULTS: dict[str, dict[str, float]] = {
    "Monthly budget for a 3-person design studio with rent 1,800 and salaries of 3,200 each": {"Planned costs": 12 * (1_800 + 3 * 3_200), "Planned income": 0},
    "A 12-month budget for a bakery with rent 2,400 and two employees at 2,900 each": {"Planned costs": 12 * (2_400 + 2 * 2_900), "Planned income": 0},
    "startup budget: 5 devs @ 8k/month, 1 designer @ 6.5k/month, office 3k/month, AWS $1,200 per month, laptops 15k one-off": {"Planned costs": 12 * (40_000 + 6_500 + 3_000 + 1_200) + 15_000},
    "freelancer budget: I bill €45/hour for 120 hours a month, software 80/mo, coworking 250/mo, health insurance 420/mo": {"Planned income": 12 * 45 * 120, "Planned costs": 12 * 750},
    "Monthly household budget: salary 3,400, rent 1,150, groceries 500, car 220, Netflix 15.99, savings 10%": {"Planned income": 12 * 3_400, "Planned costs": 12 * (1_150 + 500 + 220 + 15.99 + 340)},
    "Nonprofit budget: grants 80,000, donations 25,000, staff of 3 at 32k, rent 900/month, programs 20,000 per year": {"Planned income": 105_000, "Planned costs": 96_000 + 10_800 + 20_000},
    "Budget for a podcast: mic 250 one time, hosting 20/month, editor $60 per episode, 4 episodes a month, sponsors $400 per episode": {"Planned income": 12 * 4 * 400, "Planned costs": 250 + 12 * (20 + 4 * 60)},
    "I run a yoga studio with 80 members at €60 a month, 2 teachers at €1,500 each, rent 1,700. Make me a budget": {"Planned income": 12 * 4_800, "Planned costs": 12 * 4_700},
    "Team of 5, average salary 65k, office 30k a year, software $300 per person per month - annual budget": {"Planned costs": 5 * 65_000 + 30_000 + 12 * 5 * 300},
    "company offsite budget: 12 people, 3 nights hotel at $180 per person per night, bus 900, dinner 65 pp": {"Estimated": 12 * 3 * 180 + 900 + 12 * 65},
    "event budget for 20 guests, catering 35 per person, venue 800, DJ 400, 20% deposit": {"Estimated": 1_900, "Deposit due": 380},
    "Conference budget for Acme GmbH: 150 attendees at €290 ticket price, venue 12k, speakers 8,000, catering €45 per attendee": {"Planned income": 43_500, "Estimated": 26_750, "Left over": 16_750},
    "trip to Japan, 2 people, 10 days, flights 900 each, hotels 130 per night for 9 nights, food 60 per day per person": {"Estimated": 1_800 + 9 * 130 + 2 * 10 * 60},
    "mortgage calculator, house 400,000, 20% down payment, 30 years, 3.75% interest": {"Monthly payment": 1481.97},
    "cash flow from April to September, opening balance 18,000, client payments 9,500 a month, salaries 6,200, tax payment 4,000 in June": {"Closing balance": 18_000 + 6 * 3_300 - 4_000},
    "restaurant: 60 covers a day, average ticket 24, food cost 30%, 8 employees at 2,200, rent 5,500 per month - make a financial plan": {"Revenue, whole period": 365 * 60 * 24},
    "Presupuesto mensual para un estudio de 3 personas con alquiler 1.100 € y sueldos de 1.900 € cada uno": {"Planned costs": 12 * (1_100 + 3 * 1_900)},
}  # fmt: skip


def given_inputs(prompt: str) -> dict[str, float]:
    brief = understand(prompt, TODAY)
    draft = Draft(brief)
    BLUEPRINTS[brief.kind](draft)
    finished(draft)
    return {
        line.label: line.value
        for line in draft.inputs
        if line.given and line.kind != "date" and isinstance(line.value, (int, float))
    }


def key_figures(prompt: str) -> dict[str, object]:
    """The calculated tiles of the summary."""
    workbook = Workbook()
    for operations in compose(prompt, TODAY).replies:
        for operation in operations:
            apply(workbook, operation)
    (summary,) = [sheet for sheet in workbook.sheets if sheet.name == "Summary"]
    evaluation = evaluate(workbook, today=TODAY)
    labels = {column: text for row, column, text in summary.filled() if row == 4}
    return {str(label): evaluation.value(summary, 5, column) for column, label in labels.items()}


@pytest.mark.parametrize(("prompt", "kind", "title", "inputs"), REQUESTS)
def test_a_request_is_understood(prompt: str, kind: str, title: str, inputs: dict[str, float]) -> None:
    brief = understand(prompt, TODAY)

    assert (brief.kind, brief.title) == (kind, title)
    assert given_inputs(prompt) == inputs


@pytest.mark.parametrize(("prompt", "results"), RESULTS.items())
def test_its_numbers_give_the_right_result(prompt: str, results: dict[str, float]) -> None:
    calculated = key_figures(prompt)

    assert {label: calculated[label] for label in results} == pytest.approx(results)


def test_income_that_was_not_given_is_asked_for_and_not_invented() -> None:
    brief = understand("A 12-month budget for a bakery with rent 2,400 and two employees at 2,900 each", TODAY)
    draft = Draft(brief)
    BLUEPRINTS[brief.kind](draft)

    (revenue,) = [line for line in draft.inputs if line.label == "Revenue"]
    assert (revenue.value, revenue.given) == (0, False)
    assert "Not in your request" in revenue.note


@pytest.mark.parametrize(
    ("prompt", "rows"),
    [
        ("invoice to Müller & Söhne GmbH for 16 hours at 85 €/hour and travel 120 €, VAT 19%", [("Hours", 16, 85), ("Travel", 1, 120)]),
        ("make an invoice for web design $2,500, hosting $20/month for 12 months", [("Web design", 1, 2500), ("Hosting", 12, 20)]),
        ("quote for Bright Dental: 5 workstations at $1,199 each, installation $600 flat, 3 years support at $900 per year", [("Workstations", 5, 1199), ("Installation", 1, 600), ("Support", 3, 900)]),
        ("Quote for painting 4 rooms at 350 per room, materials 280", [("Painting", 4, 350), ("Materials", 1, 280)]),
        ("Rechnung an Schmidt GmbH: 24 Stunden zu 95 €, Anfahrt 60 €, MwSt 19%", [("Stunden", 24, 95), ("Anfahrt", 1, 60)]),
    ],
)  # fmt: skip
def test_the_lines_of_an_invoice(prompt: str, rows: list[tuple[str, float, float]]) -> None:
    operations = [operation for reply in compose(prompt, TODAY).replies for operation in reply]

    (lines,) = [operation for operation in operations if operation.op == "write_table"]
    assert [tuple(row[:3]) for row in lines.rows] == rows


@pytest.mark.parametrize(
    ("prompt", "start", "count"),
    [
        ("cash flow from April to September", date(2027, 4, 1), 6),
        ("budget for the first half of 2027", date(2027, 1, 1), 6),
        ("Cash flow forecast Q3 2027", date(2027, 7, 1), 3),
        ("Sales report for Q3", date(2026, 7, 1), 3),
        ("forecast H2 2027", date(2027, 7, 1), 6),
    ],
)
def test_periods_named_without_a_year_look_ahead_unless_it_is_a_report(prompt: str, start: date, count: int) -> None:
    periods = understand(prompt, TODAY).periods

    assert (periods.start, periods.count) == (start, count)

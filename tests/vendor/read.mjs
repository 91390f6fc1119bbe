// One calendar object a line (JSON strings) on the standard input; for each, what ical.js makes of it, as JSON.
import { createInterface } from "node:readline";
import ICAL from "./ical.min.js";

ICAL.design.strict = true;
for await (const line of createInterface({ input: process.stdin })) {
  const calendar = new ICAL.Component(ICAL.parse(JSON.parse(line)));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  const events = calendar.getAllSubcomponents("vevent").map((one) => {
    const event = new ICAL.Event(one);
    return {
      uid: event.uid,
      sequence: event.sequence,
      summary: event.summary,
      description: event.description,
      starts: event.startDate?.toUnixTime(),
      ends: event.startDate && event.endDate.toUnixTime(),
      attendees: event.attendees.map((who) => [who.getFirstValue(), who.getParameter("partstat")]),
    };
  });
  console.log(JSON.stringify({ method: calendar.getFirstPropertyValue("method"), events }));
  ICAL.TimezoneService.reset();
}

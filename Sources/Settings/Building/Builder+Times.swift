import FleetModel
import Planner

/// What the file says of times that come again, by pool.
struct Times {
  var schedules: [PoolName: [Schedule]] = [:]
  var disruption: [PoolName: [Int: Recurrence]] = [:]
}

extension Builder {
  mutating func times(from root: Part, zone: String) -> Times {
    let holidays = holidays(from: root)
    var times = Times()
    for pool in root.parts("pools") {
      let name = PoolName(pool.text("name") ?? "")
      let schedules = pool.parts("schedule").compactMap { schedule(from: $0, zone, holidays) }
      if !schedules.isEmpty { times.schedules[name] = schedules }
      let budgets = pool.part("disruption")?.parts("budgets") ?? []
      for (index, budget) in budgets.enumerated() {
        times.disruption[name, default: [:]][index] = window(of: budget, zone, holidays)
      }
    }
    return times
  }

  /// Every day under "holidays", and the named lists under their names.
  private func holidays(from root: Part) -> [String: Set<Day>] {
    var lists: [String: Set<Day>] = [:]
    for (name, found) in root.part("holidays")?.members ?? [] {
      if case .list(let days) = found.value { lists[name] = Self.days(days) }
    }
    let all = lists.values.reduce(Self.days(root.elements("holidays"))) { $0.union($1) }
    return root.has("holidays") ? lists.merging(["holidays": all]) { own, _ in own } : [:]
  }

  private static func days(_ elements: [Found]) -> Set<Day> {
    Set(elements.compactMap { if case .text(let text) = $0.value { Day(text) } else { nil } })
  }

  private mutating func schedule(
    from part: Part, _ zone: String, _ holidays: [String: Set<Day>]
  ) -> Schedule? {
    let nodes = part.range("nodes")
    let protects = part.flag("protect") ?? false
    if !part.has("nodes"), !protects {
      complain(
        at: part.place, "a schedule needs 'nodes' or 'protect: true': it changes nothing",
        key: "pools.schedule.nodes")
    }
    guard let recurrence = recurrence(of: part, "cron", zone, holidays) else { return nil }
    return Schedule(
      name: part.text("name") ?? recurrence.cron.text, recurrence: recurrence, minimum: nodes?.0,
      maximum: nodes?.1, protects: protects)
  }

  /// When a disruption budget holds; nil: always.
  private mutating func window(
    of part: Part, _ zone: String, _ holidays: [String: Set<Day>]
  ) -> Recurrence? {
    guard !part.has("schedule") else { return recurrence(of: part, "schedule", zone, holidays) }
    for name in ["duration", "until", "timezone", "except", "only"] where part.has(name) {
      complain(
        at: part.place(of: name), "'\(name)' has no effect without 'schedule'",
        hint: "add 'schedule: \"0 9 * * 1-5\"', or remove it", key: "\(part.key).schedule")
    }
    return nil
  }

  private mutating func recurrence(
    of part: Part, _ name: String, _ zone: String, _ holidays: [String: Set<Day>]
  ) -> Recurrence? {
    let except = days(of: part, "except", holidays)
    let only = days(of: part, "only", holidays)
    if let list = part.text("only"), list == part.text("except") {
      complain(
        at: part.place(of: "only"), "'only' and 'except' name the same days: it never begins",
        key: "\(part.key).only")
    }
    let own = self.zone(of: part)
    guard let cron = part.cron(name), let end = end(of: part, cron, name) else { return nil }
    return Recurrence(
      cron: cron, end: end, timezone: own ?? zone, except: except ?? [], only: only)
  }

  private mutating func days(
    of part: Part, _ name: String, _ holidays: [String: Set<Day>]
  ) -> Set<Day>? {
    guard let list = part.text(name) else { return nil }
    if holidays[list] == nil {
      let near = nearest(to: list, among: holidays.keys.sorted())
      complain(
        at: part.place(of: name), "there are no days named '\(list)' under holidays",
        hint: near.map { "did you mean '\($0)'?" } ?? "add 'holidays: [2026-12-25]'",
        key: "holidays")
    }
    return holidays[list]
  }

  private mutating func end(of part: Part, _ cron: Cron, _ name: String) -> Recurrence.End? {
    let duration = part.duration("duration")
    let until = part.integer("until")
    if part.has("duration"), part.has("until") {
      complain(
        at: part.place(of: "until"), "'duration' and 'until' both say when it ends: keep one",
        key: "\(part.key).until")
    } else if !part.has("duration"), !part.has("until") {
      complain(
        at: part.place(of: name), "'\(name)' says when it begins and not when it ends",
        hint: "add 'duration: 8h' or 'until: \"17:00\"'", key: "\(part.key).duration")
    }
    if let until, cron.times.contains(until) {
      complain(
        at: part.place(of: "until"), "it ends when it begins",
        hint: "for a whole day write 'duration: 24h'", key: "\(part.key).until")
    }
    return duration.map { .after($0) } ?? until.map { .at($0) }
  }
}

import FleetModel

/// An object that was read, asked for its fields by name.
struct Part {
  private var fields: [String: Found]
  let place: Place
  /// The setting this is, "pools.launch".
  let key: String

  init?(_ found: Found, key: String) {
    guard case .object(let fields) = found.value else { return nil }
    self.fields = fields
    self.place = found.place
    self.key = key
  }

  /// In a fixed order, so that the same file gives the same settings.
  var members: [(name: String, found: Found)] {
    fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  func place(of name: String) -> Place { fields[name]?.place ?? place }

  func has(_ name: String) -> Bool { fields[name] != nil }

  func text(_ name: String) -> String? {
    if case .text(let text)? = fields[name]?.value { text } else { nil }
  }

  func choice<Choice: RawRepresentable<String>>(_ name: String) -> Choice? {
    text(name).flatMap { Choice(rawValue: $0) }
  }

  func flag(_ name: String) -> Bool? {
    if case .flag(let flag)? = fields[name]?.value { flag } else { nil }
  }

  func duration(_ name: String) -> Duration? {
    if case .duration(let duration)? = fields[name]?.value { duration } else { nil }
  }

  func number(_ name: String) -> Double? {
    if case .number(let number)? = fields[name]?.value { number } else { nil }
  }

  func integer(_ name: String) -> Int? {
    if case .integer(let number)? = fields[name]?.value { number } else { nil }
  }

  func money(_ name: String) -> Money? {
    if case .nanoDollars(let nanos)? = fields[name]?.value { Money(nanos: nanos) } else { nil }
  }

  func cron(_ name: String) -> Cron? {
    if case .cron(let cron)? = fields[name]?.value { cron } else { nil }
  }

  func rate(_ name: String) -> HourlyRate? {
    guard case .nanoDollars(let nanos)? = fields[name]?.value else { return nil }
    return HourlyRate(perHour: Money(nanos: nanos))
  }

  func range(_ name: String) -> (Int, Int?)? {
    if case .range(let low, let high)? = fields[name]?.value { (low, high) } else { nil }
  }

  func secret(_ name: String) -> SecretReference? {
    if case .secret(let secret)? = fields[name]?.value { secret } else { nil }
  }

  func value(_ name: String) -> Value? { fields[name]?.value }

  func part(_ name: String) -> Part? {
    fields[name].flatMap { Part($0, key: key.isEmpty ? name : "\(key).\(name)") }
  }

  func parts(_ name: String) -> [Part] {
    elements(name).compactMap { Part($0, key: key.isEmpty ? name : "\(key).\(name)") }
  }

  func elements(_ name: String) -> [Found] {
    if case .list(let elements)? = fields[name]?.value { elements } else { [] }
  }

  func texts(_ name: String) -> [String] {
    elements(name).compactMap { if case .text(let text) = $0.value { text } else { nil } }
  }
}

import FleetModel

/// Figures over time as an inline SVG; names in it are escaped.
struct TimeChart {
  /// A value a bucket.
  struct Line {
    var name: String
    var values: [Double]
    var isDashed = false
  }

  enum Unit {
    case count, dollars, percent
  }

  var label: String
  var bucket: Duration
  /// In the order of their colours; the first is the one asked for. All as long as the first.
  var lines: [Line]
  /// A ground behind the lines.
  var area: Line?
  var unit: Unit

  private static let width = 1080.0
  private static let height = 220.0
  private static let head = 8.0
  private static let foot = 20.0
  private static let side = 56.0

  var svg: String {
    let top = Self.ceiling(
      (lines.flatMap(\.values).max() ?? 0, area.flatMap { $0.values.max() } ?? 0))
    var parts = [
      "<svg viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height + Self.foot))\" role=\"img\" "
        + "aria-label=\"\(Markup.text(label))\">"
    ]
    parts += grid(top) + times
    if let area { parts.append(ground(area, top)) }
    // The first is drawn last, over the others.
    for index in lines.indices.reversed() { parts.append(drawn(index, top)) }
    parts += hovers
    parts.append("</svg>")
    return parts.joined(separator: "\n")
  }

  private var buckets: Int { (lines.first ?? area)?.values.count ?? 0 }
  private func x(_ bucket: Int) -> Double {
    Self.side + (Self.width - Self.side) * Double(bucket) / Double(max(1, buckets))
  }
  private func y(_ value: Double, _ top: Double) -> Double {
    Self.height - value / top * (Self.height - Self.head)
  }

  private func grid(_ top: Double) -> [String] {
    [0, 0.25, 0.5, 0.75, 1].map { share in
      let y = Self.one(y(share * top, top))
      return
        "<line class=\"grid\" x1=\"\(Self.side)\" x2=\"\(Self.width)\" y1=\"\(y)\" y2=\"\(y)\"/>"
        + "<text x=\"\(Self.side - 6)\" y=\"\(y)\" dy=\"4\" text-anchor=\"end\">"
        + "\(amount(share * top))</text>"
    }
  }

  private func amount(_ value: Double) -> String {
    let number = value == value.rounded() ? Decimals.grouped(value) : Decimals.text(value, 2)
    return switch unit {
    case .count: number
    case .dollars: "$" + number
    case .percent: number + " %"
    }
  }

  /// At most eight marks on whole units of time.
  private var times: [String] {
    let length = bucket * buckets
    let steps: [Duration] =
      [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800].map { .seconds($0) }
      + [1, 2, 3, 6, 12].map { .hours($0) } + [1, 2, 4, 7, 14, 28, 56, 112, 224].map { .days($0) }
    let step = steps.first { $0 * 8 >= length } ?? length
    return stride(from: Int64(0), through: length.microseconds, by: Int(max(1, step.microseconds)))
      .map { moment in
        let share = Double(moment) / Double(max(1, length.microseconds))
        let x = Self.one(Self.side + (Self.width - Self.side) * share)
        let anchor = share > 0.97 ? "end" : (share == 0 ? "start" : "middle")
        return "<text x=\"\(x)\" y=\"\(Self.height + 15)\" text-anchor=\"\(anchor)\">"
          + "\(Duration.microseconds(moment).brief)</text>"
      }
  }

  private func ground(_ area: Line, _ top: Double) -> String {
    "<path class=\"area\" d=\"M\(Self.one(x(0))) \(Self.one(Self.height))"
      + steps(area.values, top, first: "V") + "V\(Self.one(Self.height))Z\">"
      + "<title>\(Markup.text(area.name))</title></path>"
  }

  private func drawn(_ index: Int, _ top: Double) -> String {
    let line = lines[index]
    return "<path class=\"\(BacktestPage.tone(index)) line\(line.isDashed ? " dashed" : "")\" d=\""
      + "M\(Self.one(x(0))) " + steps(line.values, top, first: "") + "\"><title>"
      + "\(Markup.text(line.name))</title></path>"
  }

  /// A step a bucket; steps that keep the height are joined.
  private func steps(_ values: [Double], _ top: Double, first: String) -> String {
    var path = ""
    var last = ""
    for (index, value) in values.enumerated() {
      let height = Self.one(y(value, top))
      guard height != last else { continue }
      path += index == 0 ? first + height : "H\(Self.one(x(index)))V\(height)"
      last = height
    }
    return path + "H\(Self.one(x(values.count)))"
  }

  /// What stands at a moment, for whoever points there; at most 150 moments.
  private var hovers: [String] {
    let every = max(1, (buckets + 149) / 150)
    return stride(from: 0, to: buckets, by: every).map { place in
      var text = "at \((bucket * place).brief)"
      for line in [area].compactMap(\.self) + lines {
        text += "\n\(Markup.text(line.name)) \(said(line.values[place]))"
      }
      let width = x(min(buckets, place + every)) - x(place)
      return
        "<rect class=\"hover\" x=\"\(Self.one(x(place)))\" y=\"0\" width=\"\(Self.one(width))\" "
        + "height=\"\(Int(Self.height))\"><title>\(text)</title></rect>"
    }
  }

  private func said(_ value: Double) -> String {
    switch unit {
    case .count: Decimals.text(value, 1)
    case .dollars: People.money(Money(nanos: Decimals.digits(value, 9)))
    case .percent: Decimals.text(value, 2) + " %"
    }
  }

  /// The next of 1, 1.2, 1.6, 2, 3, 4, 6, 8 × 10ⁿ at or above the larger: its quarters are numbers
  /// people can read.
  static func ceiling(_ values: (Double, Double)) -> Double {
    let value = max(values.0, values.1)
    guard value > 0, value < 1e15 else { return max(1, value) }
    var unit = 0.01
    while unit < 1e16 {
      let factors = [1, 1.2, 1.6, 2, 3, 4, 6, 8]
      if let factor = factors.first(where: { value <= unit * $0 }) { return unit * factor }
      unit *= 10
    }
    return value
  }

  private static func one(_ number: Double) -> String { Decimals.text(number, 1) }
}

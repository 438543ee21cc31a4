import FleetModel
import Simulator

/// One figure of all results over time, as an inline SVG; names in it are escaped.
struct DemandChart {
  enum Figure {
    case replicas, spend, late
  }

  var results: [DemandResult]
  var figure: Figure

  private static let width = 1080.0
  private static let height = 220.0
  private static let head = 8.0
  private static let foot = 20.0
  private static let side = 56.0

  var svg: String {
    let lines = results.map(values)
    let demand = figure == .replicas ? results[0].series.offered : []
    let top = Self.ceiling((lines.joined().max() ?? 0, demand.max() ?? 0))
    var parts = [
      "<svg viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height + Self.foot))\" role=\"img\" "
        + "aria-label=\"\(label)\">"
    ]
    parts += grid(top) + times
    if !demand.isEmpty { parts.append(area(demand, top)) }
    // The first is drawn last, over the others.
    for index in lines.indices.reversed() { parts.append(line(index, lines[index], top)) }
    parts += hovers
    parts.append("</svg>")
    return parts.joined(separator: "\n")
  }

  private var label: String {
    switch figure {
    case .replicas: "Demand and paid replicas over time"
    case .spend: "Cost so far over time"
    case .late: "Late requests over time"
    }
  }

  /// Replicas, dollars or percent, a value a bucket.
  private func values(of result: DemandResult) -> [Double] {
    switch figure {
    case .replicas: return result.series.paid
    case .late: return result.series.lateShare.map { $0 * 100 }
    case .spend:
      let whole = result.billed.inSeconds
      let dollars = Double(result.cost.nanos) / 1e9
      var billed = 0.0
      return result.series.billed.map {
        billed += $0.inSeconds
        return whole > 0 ? dollars * billed / whole : 0
      }
    }
  }

  private var buckets: Int { results[0].series.offered.count }
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
    return switch figure {
    case .replicas: number
    case .spend: "$" + number
    case .late: number + " %"
    }
  }

  /// At most eight marks on whole units of time.
  private var times: [String] {
    let series = results[0].series
    let length = series.bucket * buckets
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

  private func area(_ values: [Double], _ top: Double) -> String {
    "<path class=\"area\" d=\"M\(Self.one(x(0))) \(Self.one(Self.height))"
      + steps(values, top, first: "V") + "V\(Self.one(Self.height))Z\">"
      + "<title>demand</title></path>"
  }

  private func line(_ index: Int, _ values: [Double], _ top: Double) -> String {
    let name = results[index].policy
    let isBound = name == DemandBaseline.clairvoyant.rawValue
    return "<path class=\"\(DemandPage.tone(index)) line\(isBound ? " dashed" : "")\" d=\""
      + "M\(Self.one(x(0))) " + steps(values, top, first: "") + "\"><title>\(Markup.text(name))"
      + "</title></path>"
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
    let rows = results.map(values)
    let series = results[0].series
    return stride(from: 0, to: buckets, by: every).map { bucket in
      var text = "at \((series.bucket * bucket).brief)"
      if figure == .replicas { text += "\ndemand \(Decimals.text(series.offered[bucket], 1))" }
      for (result, row) in zip(results, rows) {
        text += "\n\(Markup.text(result.policy)) \(said(row[bucket]))"
      }
      let width = x(min(buckets, bucket + every)) - x(bucket)
      return
        "<rect class=\"hover\" x=\"\(Self.one(x(bucket)))\" y=\"0\" width=\"\(Self.one(width))\" "
        + "height=\"\(Int(Self.height))\"><title>\(text)</title></rect>"
    }
  }

  private func said(_ value: Double) -> String {
    switch figure {
    case .replicas: Decimals.text(value, 1)
    case .spend: People.money(Money(nanos: Decimals.digits(value, 9)))
    case .late: Decimals.text(value, 2) + " %"
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

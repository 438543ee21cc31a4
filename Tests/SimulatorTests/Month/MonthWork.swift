import FleetModel
import Simulator

/// What the users of one machine of the month do: spell after spell, each made from a seed.
struct MonthWork: Sendable {
  struct Spell: Sendable {
    var from: Timestamp
    var what: What
  }

  enum What: Sendable, Hashable {
    case loading
    /// Every part works, or only the first.
    case work(duty: Double, everywhere: Bool)
    /// A process holds the GPUs with so many MiB and does nothing.
    case held(memory: Double)
    case empty

    var isWork: Bool {
      switch self {
      case .loading, .work: true
      case .held, .empty: false
      }
    }
  }

  private(set) var spells: [Spell]
  private let end: Timestamp

  /// Work of 20 minutes to 4 hours, then 5 minutes to 4 hours of nothing: half of it with the
  /// process still there (one in five of these holds no more than a context's 450 MiB).
  init(_ node: MonthNode, number: Int, in range: Range<Timestamp>, seed: UInt64) {
    end = range.upperBound
    spells = []
    var now = range.lowerBound
    guard node.hasShifts else {
      spells.append(Spell(from: now, what: .held(memory: 9_000)))
      return
    }
    var draw = 0
    func chance() -> Double {
      draw += 1
      return SplitMix64.unit(SplitMix64.hash(seed, number, draw))
    }
    while now < end {
      spells.append(Spell(from: now, what: .loading))
      now = now.advanced(by: .seconds(20 + Int64(chance() * 40)))
      let work = What.work(duty: 0.3 + 0.65 * chance(), everywhere: chance() < 0.7)
      spells.append(Spell(from: now, what: work))
      now = now.advanced(by: .seconds(1_200 + Int64(chance() * 13_200)))
      let isHeld = chance() < 0.5
      let memory = chance() < 0.2 ? 450.0 : node.profile.memoryMiB * 0.4
      spells.append(Spell(from: now, what: isHeld ? .held(memory: memory.rounded()) : .empty))
      now = now.advanced(by: .seconds(300 + Int64(chance() * 14_100)))
    }
  }

  /// Which spell a moment lies in; the first for moments before all.
  func index(at moment: Timestamp) -> Int {
    var range = 0..<spells.count
    while range.count > 1 {
      let middle = range.lowerBound + range.count / 2
      range =
        spells[middle].from <= moment
        ? middle..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }

  /// When the spell ends.
  func end(of index: Int) -> Timestamp {
    index + 1 < spells.count ? spells[index + 1].from : end
  }

  /// What one part of the machine does in a spell.
  static func activity(_ what: What, part: Int, of profile: DeviceProfile, in cut: GPUCut)
    -> DeviceActivity
  {
    let share = 1 / Double(max(1, cut.slices))
    let model = (profile.memoryMiB * 0.8 * share).rounded()
    return switch what {
    case .loading: DeviceActivity(duty: 0, memoryUsed: model / 2, loading: true)
    case .work(let duty, let everywhere):
      DeviceActivity(duty: everywhere || part == 0 ? duty : 0, memoryUsed: model)
    case .held(let memory): DeviceActivity(duty: 0, memoryUsed: (memory * share).rounded())
    case .empty: .off
    }
  }
}

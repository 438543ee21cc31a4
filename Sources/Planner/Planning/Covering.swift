import CostModel
import FleetModel

/// What commitments pay for among machines that run, whatever their names are.
///
/// A commitment floats: it pays for as many machines that fit as it has places. Narrow ones are
/// used up first, each on the dearest machines that fit, as clouds bill them. So only numbers
/// matter, and a stop saves money when fewer machines are left unpaid.
struct Covering {
  /// In the order they are used up.
  private let commitments: [Commitment]
  private var counts: [MachineKind: Int]
  private let rates: [MachineKind: HourlyRate]

  /// nil when no commitment is in force.
  init?(of fleet: FleetView) {
    let going = { (view: NodeView) in view.isInFlight || view.hasJustShrunk }
    let up = fleet.nodes.lazy.filter { $0.node.state.isLive && !going($0) }.map(\.node)
    self.init(of: up, under: fleet.rulebook, at: fleet.now)
  }

  init?(of nodes: some Sequence<Node>, under rulebook: Rulebook, at now: Timestamp) {
    commitments = rulebook.commitments.filter { $0.isInForce(at: now) }.sorted {
      $0.narrowness == $1.narrowness ? $0.name < $1.name : $0.narrowness > $1.narrowness
    }
    guard !commitments.isEmpty else { return nil }
    counts = Dictionary(counting: nodes)
    rates = Dictionary(
      uniqueKeysWithValues: counts.keys.map {
        ($0, rulebook.prices.price(of: $0.example)?.hourly ?? .zero)
      })
  }

  /// What each commitment is used for.
  var uses: [(commitment: Commitment, used: Int)] {
    let shares = shares(of: counts)
    return zip(commitments, shares).map { ($0, $1.values.reduce(0, +)) }
  }

  /// The commitment that would go on being paid for were one such machine stopped; nil when a stop
  /// leaves fewer machines unpaid, and so saves money.
  func payer(of kind: MachineKind) -> String? {
    guard let count = counts[kind], count > 0, commitments.contains(where: { $0.covers(kind) })
    else { return nil }
    var fewer = counts
    fewer[kind] = count - 1
    guard unpaid(of: fewer) >= unpaid(of: counts) else { return nil }
    return zip(commitments, shares(of: counts)).first { $1[kind, default: 0] > 0 }?.0.name
  }

  /// One more such machine would cost nothing more.
  func wouldPay(for kind: MachineKind) -> Bool {
    var more = counts
    more[kind, default: 0] += 1
    return unpaid(of: more) <= unpaid(of: counts)
  }

  mutating func remove(_ kind: MachineKind) { counts[kind, default: 1] -= 1 }
  mutating func add(_ kind: MachineKind) { counts[kind, default: 0] += 1 }

  private func unpaid(of counts: [MachineKind: Int]) -> Int {
    counts.values.reduce(0, +)
      - shares(of: counts).reduce(0) { $0 + $1.values.reduce(0, +) }
  }

  /// For each commitment how many machines of which kind it pays for.
  private func shares(of counts: [MachineKind: Int]) -> [[MachineKind: Int]] {
    let kinds = counts.keys.sorted {
      let (mine, other) = (rates[$0] ?? .zero, rates[$1] ?? .zero)
      return mine == other ? $0 < $1 : mine > other
    }
    var left = counts
    return commitments.map { commitment in
      var places = max(0, commitment.count)
      var share: [MachineKind: Int] = [:]
      for kind in kinds where places > 0 && commitment.covers(kind) {
        let taken = min(places, max(0, left[kind] ?? 0))
        guard taken > 0 else { continue }
        share[kind] = taken
        left[kind, default: 0] -= taken
        places -= taken
      }
      return share
    }
  }
}

import FleetModel

/// The least costly way to hold `replicas` ready, found by trying them all.
///
/// A way is `spare` replicas more than needed, `onDemand` of them on-demand, the others spread over
/// the `width` safest offerings so that up to `spare` of them may go at once without harm. Scores
/// are in on-demand prices an hour. Nothing is allocated once the arrays stand.
struct SpotSearch {
  /// One offering that may be used, safest and cheapest first.
  struct Candidate {
    var index: Int
    /// Its price as a share of on-demand's.
    var rent: Double
    var hazard: Double
    var held: Int
    /// No more than this may be held here.
    var limit: Int
  }

  var replicas: Int
  /// Spares there may be.
  var mostSpare: Int
  var baseOnDemand: Int
  var onDemandHeld: Int
  var onDemandLimit: Int
  /// Price of a missing replica-hour.
  var missingHour: Double
  /// Hours a replica is missing after a loss, on the average of what is announced.
  var outage: Double
  /// Hours of a launch that are paid twice.
  var launch: Double
  var horizon: Double
  var jointLoss: Double

  var candidates: [Candidate]
  private(set) var best: [Int]
  private(set) var bestOnDemand: Int
  private var trial: [Int]
  private var least = Double.infinity

  /// Pools larger than this are searched in steps, so that the search stays short.
  static let finest = 16
  /// More offerings than this are never used at once.
  static let widest = 8

  init(
    terms: SpotTerms, candidates: [Candidate], missingHour: Double, outage: Double,
    onDemandHeld: Int, onDemandLimit: Int
  ) {
    replicas = terms.replicas
    mostSpare = min(
      terms.replicas, terms.mostReplicas.map { max(0, $0 - terms.replicas) } ?? terms.replicas)
    baseOnDemand = terms.baseOnDemand
    self.onDemandHeld = onDemandHeld
    self.onDemandLimit = onDemandLimit
    self.missingHour = missingHour
    self.outage = outage
    launch = Double(terms.surpriseIntervals) * terms.step
    horizon = max(terms.rules.moveHorizon.inSeconds / 3600, 0.001)
    jointLoss = terms.rules.jointLoss
    self.candidates = candidates
    best = Array(repeating: 0, count: candidates.count)
    trial = best
    bestOnDemand = min(replicas, onDemandLimit)
  }

  /// Tries every way; ties go to fewer spares, then to less on-demand, then to fewer offerings.
  mutating func run() {
    let stride = max(1, (replicas + Self.finest - 1) / Self.finest)
    let isLimited = candidates.contains { $0.limit < 2 * replicas }
    var spare = 0
    while spare <= mostSpare {
      let most = spare == 0 && !isLimited ? 1 : Self.widest
      let widest = min(candidates.count, most)
      var onDemand = baseOnDemand
      while onDemand <= replicas {
        if onDemand <= onDemandLimit, spare == 0 || onDemand < replicas {
          attempt(spare: spare, onDemand: onDemand, widest: widest)
        }
        onDemand = onDemand < replicas ? min(onDemand + stride, replicas) : replicas + 1
      }
      if spare > 0, candidates.count < 2 { break }
      spare = spare < mostSpare ? min(spare + stride, mostSpare) : mostSpare + 1
    }
  }

  private mutating func attempt(spare: Int, onDemand: Int, widest: Int) {
    var width = min(1, candidates.count)
    repeat {
      let unplaced = spread(replicas + spare - onDemand, spare: spare, over: width)
      let score = score(spare: spare, onDemand: onDemand, width: width, unplaced: unplaced)
      if score < least - 1e-12 {
        least = score
        bestOnDemand = onDemand
        for index in best.indices { best[index] = index < width ? trial[index] : 0 }
      }
      width += 1
    } while width <= widest
  }

  /// Up to `spare` in each offering in turn, what is left into the best; what finds no place is
  /// returned.
  private mutating func spread(_ total: Int, spare: Int, over width: Int) -> Int {
    var left = total
    for index in 0..<width {
      trial[index] = min(spare, left, candidates[index].limit)
      left -= trial[index]
    }
    for index in 0..<width where left > 0 {
      let more = min(left, candidates[index].limit - trial[index])
      trial[index] += more
      left -= more
    }
    return left
  }

  /// What this way costs an hour: prices, expected missing time, lost replicas and launches.
  private func score(spare: Int, onDemand: Int, width: Int, unplaced: Int) -> Double {
    var rent = Double(onDemand)
    var harm = 0.0
    var moves = 0.0
    for index in 0..<width where trial[index] > 0 {
      let candidate = candidates[index]
      let count = Double(trial[index])
      let open = Double(max(0, trial[index] - spare))
      rent += candidate.rent * count
      harm += candidate.hazard * (open + jointLoss * (count - open))
      moves += launch * candidate.rent * candidate.hazard * count
      let new = Double(max(0, trial[index] - candidate.held))
      moves += launch * candidate.rent * new / horizon
    }
    moves += launch * Double(max(0, onDemand - onDemandHeld)) / horizon
    // What finds no place is missing all the time, unless it was only a spare.
    let missing = Double(max(0, unplaced - spare))
    return rent + missingHour * (outage * harm + missing) + moves
  }
}

extension SpotMemory {
  /// What may go now, never leaving fewer ready than are needed; announced losses do not count.
  ///
  /// On-demand first, since it is the dearest; then spot that is on its way to where it is no
  /// longer wanted; ready spot, the least safe first, only while nothing in spot is on its way.
  func release(
    _ look: SpotLook, keeping spot: [Int], onDemand: Int, safest: [Int], under terms: SpotTerms
  ) -> SpotRelease {
    let none = Array(repeating: 0, count: spot.count)
    var release = SpotRelease(pending: none, ready: none)
    var room = readySoon(look) - terms.replicas
    let excess = max(0, look.onDemandHeld - onDemand)
    // Those about to be ready are the oldest of the pending ones and count as ready.
    let onTheirWay = look.onDemandPending - look.onDemandDue
    release.onDemandPending = min(excess, onTheirWay)
    let more = min(excess - release.onDemandPending, max(0, room))
    release.onDemandReady = more
    room -= more
    var waiting = 0
    for index in spot.indices {
      let seen = look.offerings[index]
      let away = seen.pending - seen.due
      if !offerings[index].isNoticed {
        release.pending[index] = min(away, max(0, seen.held - spot[index]))
      }
      // What is wanted and not there yet will be launched now, and be on its way.
      waiting += away - release.pending[index] + max(0, spot[index] - seen.held)
    }
    guard waiting == 0 else { return release }
    for index in leastSafe(spot.indices, safest) where room > 0 && !offerings[index].isNoticed {
      let over = look.offerings[index].held - release.pending[index] - spot[index]
      let gone = min(max(0, over), room)
      release.ready[index] = gone
      room -= gone
    }
    return release
  }

  /// Offerings that are no candidates first, then the candidates from the least safe on.
  private func leastSafe(_ all: Range<Int>, _ safest: [Int]) -> [Int] {
    all.filter { !safest.contains($0) } + safest.reversed()
  }

  /// Ready now or before the next look, and not about to be lost.
  private func readySoon(_ look: SpotLook) -> Int {
    var count = look.onDemandReady + look.onDemandDue
    for index in offerings.indices where !offerings[index].isNoticed {
      count += look.offerings[index].ready + look.offerings[index].due
    }
    return count
  }
}

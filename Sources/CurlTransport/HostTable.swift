/// Which loop serves which host.
///
/// libcurl 7.88 walks all kept connections of a multi handle after each transfer, so the cost of a
/// transfer grows with the hosts beside it: with 4,000 on one handle 3.7 CPU seconds a million
/// samples, with 250 on each 1.4 (PERFORMANCE §5). So a handle gets no more than `hostsPerLoop`.
struct HostTable {
  private struct Place {
    var loop: Int
    var usedAt: ContinuousClock.Instant
  }

  let hostsPerLoop: Int
  let maximumLoops: Int
  private var places: [String: Place] = [:]
  private var counts: [Int] = []

  init(hostsPerLoop: Int, maximumLoops: Int) {
    self.hostsPerLoop = max(1, hostsPerLoop)
    self.maximumLoops = max(1, maximumLoops)
  }

  var loopCount: Int { counts.count }

  /// The loop of `host`: the one it has, else the least full, else a new one. Where even the last
  /// loop is full, hosts that were not asked for 10 minutes give up their places; libcurl has long
  /// closed their connections by then (CURLOPT_MAXAGE_CONN, 118 s).
  mutating func loop(for host: String, at now: ContinuousClock.Instant) -> Int {
    if let place = places[host] {
      places[host]?.usedAt = now
      return place.loop
    }
    if isFull { forget(before: now.advanced(by: .seconds(-600))) }
    let loop = choose()
    counts[loop] += 1
    places[host] = Place(loop: loop, usedAt: now)
    return loop
  }

  private var isFull: Bool { counts.allSatisfy { $0 >= hostsPerLoop } }

  private mutating func choose() -> Int {
    if isFull, counts.count < maximumLoops {
      counts.append(0)
      return counts.count - 1
    }
    return counts.indices.min { (counts[$0], $0) < (counts[$1], $1) } ?? 0
  }

  private mutating func forget(before moment: ContinuousClock.Instant) {
    for (host, place) in places where place.usedAt < moment {
      counts[place.loop] -= 1
      places[host] = nil
    }
  }
}

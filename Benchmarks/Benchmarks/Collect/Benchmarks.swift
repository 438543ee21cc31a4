import Benchmark
import Collectors
import FleetModel
import Glibc
import ScrapeBodies

// Goals: 1.2 GB/s to a reading with no layout kept, 5 GB/s where only values changed.
let benchmarks: @Sendable () -> Void = {
  let speed = BenchmarkMetric.custom(
    "MB parsed a CPU second", polarity: .prefersLarger, useScalingFactor: false)
  Benchmark.defaultConfiguration.metrics = [.wallClock, speed]
  Benchmark.defaultConfiguration.scalingFactor = .kilo
  Benchmark.defaultConfiguration.maxDuration = .seconds(5)

  // Several bodies in turn, as they come from several nodes: nothing is parsed twice in a row.
  let bodies = (0..<64).map { ScrapeBody.bytes(seed: UInt64($0)) }
  let targets = (0..<64).map { Target("node-\($0):9400") }
  let moment = Timestamp(seconds: 1_795_262_400)
  let size = bodies.map(\.count).reduce(0, +) / bodies.count

  /// Runs the work once for each of the iterations, and notes how fast it was.
  @Sendable func measure(
    _ benchmark: Benchmark, _ work: (Int) throws -> Void
  ) rethrows {
    var bytes = 0
    let began = processNanoseconds()
    for index in benchmark.scaledIterations {
      try work(index % 64)
      bytes += bodies[index % 64].count
    }
    let took = max(1, processNanoseconds() - began)
    benchmark.measurement(speed, bytes * 1000 / took)
  }

  Benchmark("Every label walked, \(size) bytes") { benchmark in
    let parser = ExpositionParser()
    try measure(benchmark) { blackHole(try parser.check(bodies[$0])) }
  }

  Benchmark("Whole body to a reading, \(size) bytes") { benchmark in
    let reader = DCGMReader(layouts: 0)
    try measure(benchmark) {
      blackHole(try reader.read(bodies[$0], from: targets[$0], at: moment))
    }
  }

  Benchmark("Unchanged layout to a reading, \(size) bytes") { benchmark in
    let reader = DCGMReader()
    for index in bodies.indices {
      blackHole(try reader.read(bodies[index], from: targets[index], at: moment))
    }
    benchmark.startMeasurement()
    try measure(benchmark) {
      blackHole(try reader.read(bodies[$0], from: targets[$0], at: moment))
    }
  }
}

/// User and system CPU time of this process.
private func processNanoseconds() -> Int {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return time.tv_sec * 1_000_000_000 + time.tv_nsec
}

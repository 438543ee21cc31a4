import Benchmark
import Collectors
import FleetModel

// Bytes a second: 63 kB × scaled throughput. Goals (PERFORMANCE §8): 1.2 GB/s parsing whole, 5 GB/s
// where only values changed.
//
// Collect to commit, in CPU seconds a million samples, belongs here too: it needs PostgreSQL.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration.metrics = [.cpuTotal, .wallClock, .throughput]
  Benchmark.defaultConfiguration.scalingFactor = .kilo
  Benchmark.defaultConfiguration.maxDuration = .seconds(5)

  // Several bodies in turn, as they come from several nodes: nothing is parsed twice in a row.
  let bodies = (0..<64).map { ScrapeBody.bytes(seed: UInt64($0)) }
  let targets = (0..<64).map { Target("node-\($0):9400") }
  let moment = Timestamp(seconds: 1_795_262_400)
  let size = bodies.map(\.count).reduce(0, +) / bodies.count

  Benchmark("Every label walked, \(size) bytes") { benchmark in
    let parser = ExpositionParser()
    for index in benchmark.scaledIterations {
      blackHole(try parser.check(bodies[index % bodies.count]))
    }
  }

  Benchmark("Whole body to a reading, \(size) bytes") { benchmark in
    let reader = DCGMReader(layouts: 0)
    for index in benchmark.scaledIterations {
      blackHole(try reader.read(bodies[index % 64], from: targets[index % 64], at: moment))
    }
  }

  Benchmark("Unchanged layout to a reading, \(size) bytes") { benchmark in
    let reader = DCGMReader()
    for index in bodies.indices {
      blackHole(try reader.read(bodies[index], from: targets[0], at: moment))
    }
    benchmark.startMeasurement()
    for index in benchmark.scaledIterations {
      blackHole(try reader.read(bodies[index % 64], from: targets[0], at: moment))
    }
  }
}

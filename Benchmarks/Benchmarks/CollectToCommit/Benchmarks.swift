import Benchmark

// Collect to commit: what it costs to scrape a fleet over HTTP and store every value durably, in
// CPU time of this process and of every PostgreSQL process. The exporters are another process and
// do not count. A run is one paced stretch; p50 of the three runs is their median.
//
// Beside it stand, per million samples: a collector in C on libcurl 2.2 s at 1000 × 5 s and 1.6 s
// at 250 × 1 s, Prometheus 2.42 5.3 s, VictoriaMetrics 1.79.5 8.1 s (docs/benchmarks.md).
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration.metrics = Cost.metrics
  Benchmark.defaultConfiguration.warmupIterations = 0
  Benchmark.defaultConfiguration.maxIterations = 3
  Benchmark.defaultConfiguration.maxDuration = .seconds(120)

  measure(Pace(nodes: 250, every: .seconds(1), length: .seconds(20)))
  measure(Pace(nodes: 1000, every: .seconds(5), length: .seconds(20)))
}

private func measure(_ pace: Pace) {
  Benchmark("\(pace.nodes) nodes of 8 GPUs, every \(pace.every.components.seconds) s") {
    benchmark in
    let stage = try await Stage.open(nodes: pace.nodes)
    do {
      let cost = try await stage.cost(of: pace)
      cost.report(to: benchmark)
    } catch {
      await stage.close()
      throw error
    }
    await stage.close()
  }
}

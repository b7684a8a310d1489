import Commands

await Polyvisor.start()

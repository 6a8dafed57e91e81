//! Watching over orders: what is late is seen, told one step up at a time, and put on record.

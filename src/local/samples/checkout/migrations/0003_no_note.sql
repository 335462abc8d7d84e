-- slipway: contract
alter table orders drop column note;

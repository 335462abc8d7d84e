alter table orders alter column item type varchar(12);
alter table orders drop column customer;
